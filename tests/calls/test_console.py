"""Whoever steers a conference: each button acts on its leg, costs little, and waits for nobody."""

import pytest

from app.api import programs
from app.calls.models import Call, CallWish, ConferenceParticipant
from app.core.database import db
from tests.calls.conftest import Desk
from tests.calls.switchboard import CONFERENCE
from tests.query_counts import count_selects, statements
from tests.simulator.talking import until

OF_AN_EVENT = 8
"""Noted once; the call and its leg are read; call, leg and line are written; what is recorded; the push."""
OF_A_ROW = 5
"""Who asks; the call, its people, what happened, what was recorded."""


def test_buttons_act_on_the_leg_clicked_and_show_what_the_carrier_says(desk: Desk) -> None:
    desk.everybody_in()
    moderator, rosa, ana = desk.legs
    assert desk.state() == ("in_progress", ["joined"] * 3)
    assert [desk.press(rosa, "mute"), desk.press(rosa, "unmute"), desk.press(ana, "hold"), desk.press(rosa, "ring")] == [303, 303, 303, 409]
    desk.work()
    assert desk.board.asked == [("mute", rosa.provider_call_id, False), ("hold", ana.provider_call_id, True)]  # the last wish counts
    desk.board.room(ana, "participant-hold", sequence=20, Hold="true", Muted="false")
    desk.board.room(ana, "participant-unhold", sequence=19, Hold="false")  # late
    desk.board.room(ana, "participant-hold", sequence=20, Hold="false")  # the same number again
    page = desk.browser.get(f"/calls/{ana.call_id}/now?leg={ana.id}").text
    assert "On hold" in page
    assert f'part-{rosa.id}"' not in page
    assert 'data-held="1"' in page
    desk.press(ana, "remove")
    desk.work()
    desk.board.room(ana, "participant-leave", sequence=21)
    assert desk.legs[2].state == "removed"
    assert desk.press_all("lock") == 303
    assert desk.browser.post(f"/calls/{ana.call_id}/people", data={"name": "Dr. Stone", "phone": "(503) 555-0121"}).status_code == 409
    desk.press_all("unlock")
    assert desk.browser.post(f"/calls/{ana.call_id}/people", data={"name": "Dr. Stone", "phone": "(503) 555-0121"}).status_code == 303
    desk.work()
    assert desk.board.placed[-1].to == "+15035550121"
    assert desk.press_all("end") == 303
    desk.work()
    assert desk.board.asked[-1] == ("end", CONFERENCE)
    desk.board.room(moderator, "conference-end")
    assert desk.state() == ("finished", ["left", "left", "removed", "removed"])
    desk.work()
    assert "had a conference call with" in desk.browser.get(f"/conversations/{desk.thread.id}").text
    assert desk.press(rosa, "mute") == 409
    desk.board.room(rosa, "participant-join", sequence=99)  # late: over is over
    assert desk.state()[0] == "finished"


def test_an_event_and_the_row_that_shows_it_cost_few_statements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "REMEMBERED", 60.0)  # that no other system was let in, also where this machine is slow
    desk.everybody_in()
    rosa = desk.legs[1]
    desk.board.room(rosa, "participant-mute", sequence=20, Muted="true")
    with statements() as seen:
        desk.board.room(rosa, "participant-unmute", sequence=21, Muted="false")
    assert len(seen) - 2 == OF_AN_EVENT, seen  # the switchboard reads the call before it, and the leg after it
    row = f"/calls/{rosa.call_id}/now?leg={rosa.id}"
    assert count_selects(lambda: desk.browser.get(row)) == OF_A_ROW


def test_a_slow_question_holds_up_no_button(desk: Desk) -> None:
    desk.everybody_in()
    rosa = desk.legs[1]
    button = f"/calls/{rosa.call_id}/legs/{rosa.id}"

    def mute() -> None:
        assert desk.browser.post(button, data={"act": "mute"}).status_code == 303
        until(lambda: desk.board.asked)  # before this phone rings

    desk.board.meanwhile = mute
    desk.browser.post(f"/calls/{rosa.call_id}/people", data={"name": "Dr. Stone", "phone": "(503) 555-0121"})
    assert desk.work() == 2
    assert desk.board.asked == [("mute", rosa.provider_call_id, True)]
    assert desk.legs[3].provider_call_id is not None


@pytest.mark.parametrize("act", ["join", "mute-all"])
def test_many_guests_cost_the_carrier_no_longer_than_a_few(desk: Desk, act: str) -> None:
    costs = []
    for guests in (2, 40):
        db.session.query(Call).delete()
        db.session.commit()
        desk.start(request_key=f"with {guests}", point=[], phone=[f"+1503555{number:04d}" for number in range(1000, 1000 + guests)],
                   name=["Guest"] * guests, role=["other"] * guests)  # fmt: skip
        desk.work()
        if act == "join":
            moderator = desk.legs[0]
            desk.board.script(moderator, key="1")
            with statements() as seen:
                desk.board.room(moderator, "participant-join")
        else:
            db.session.query(ConferenceParticipant).update({"state": "joined"})
            db.session.query(Call).update({"status": "in_progress"})
            db.session.commit()
            with statements() as seen:
                assert desk.press_all("mute-all") == 303
        assert len(open_wishes()) == guests
        costs.append(len(seen))
    assert costs[0] == costs[1]


def open_wishes() -> list[CallWish]:
    db.session.rollback()
    return db.session.query(CallWish).filter_by(state="waiting").all()


def test_what_an_open_page_hears_fills_no_place_that_other_pages_share(desk: Desk) -> None:
    desk.everybody_in()
    keys: list[tuple[object, ...]] = []
    remembered = desk.app.extensions["frames"]

    def note(*key: object) -> object:
        keys.append(key)
        return remembered(*key)

    desk.app.extensions["frames"] = note
    try:
        page = desk.browser.get(f"/calls/{desk.call.id}/now").text
    finally:
        desk.app.extensions["frames"] = remembered
    own = [str(desk.call.title), *(word for leg in desk.legs for word in (leg.name, leg.address[-4:], f"id={leg.id},"))]
    assert [(word, key) for word in own for key in keys if word in repr(key)] == []
    for leg in desk.legs:
        assert f'id="part-{leg.id}"' in page
        assert f'<span class="medium" dir="auto">{leg.name}</span>' in page
