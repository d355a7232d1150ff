"""A conference from the form to its end, as the carrier tells it: the moderator first, a machine never, and nothing twice."""

from datetime import timedelta

import pytest

from app.calls.models import Call, CallWish, ConferenceCall, ConferenceParticipant
from app.calls.service.sweeping import look_round
from app.carrier.calls import CallStatus, CarrierCall
from app.carrier.conferences import CarrierParticipant
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.core.clock import now
from app.core.database import db
from app.directory.models import District, Guardianship
from tests.calls.conftest import INTERPRETER, OWN, Desk
from tests.calls.switchboard import CONFERENCE
from tests.query_counts import count_selects, statements
from tests.simulator.talking import until

OF_AN_EVENT = 8
"""Noted once; the call and its leg are read; call, leg and line are written; what is recorded; the push."""
OF_A_ROW = 5
"""Who asks; the call, its people, what happened, what was recorded."""


def test_the_moderator_is_called_first_and_the_others_once_she_is_in(desk: Desk) -> None:
    assert desk.browser.get(f"/calls/new?conversation={desk.thread.id}").status_code == 200
    assert [desk.start().status_code for _ in range(2)] == [303, 303]  # a double click begins one call
    assert desk.state() == ("pending", ["queued"] * 3)
    assert desk.work() == 1
    (first,) = desk.board.placed
    assert (first.to, first.sender, first.detects_machines, first.detects_beside) == (OWN, desk.thread.family.number.address, False, False)
    moderator, rosa, ana = desk.legs
    desk.board.status(moderator, "ringing")
    assert desk.state() == ("ringing", ["ringing", "queued", "queued"])
    assert "<Conference" not in desk.board.script(moderator)  # it could be her voicemail
    script = desk.board.script(moderator, asked=1, key="1")
    assert 'startConferenceOnEnter="true"' in script
    assert 'endConferenceOnExit="true"' in script
    assert desk.work() == 0
    desk.board.room(moderator, "participant-join")
    assert desk.state() == ("in_progress", ["joined", "queued", "queued"])
    desk.work()
    assert [(one.to, one.detects_beside) for one in desk.board.placed[1:]] == [(rosa.address, True), (INTERPRETER, True)]
    page = desk.browser.get(f"/calls/{moderator.call_id}").text
    assert "In the call" in page
    assert "Ana Ruiz" in page
    moderator, rosa, ana = desk.legs
    assert "<Conference" not in desk.board.script(rosa)  # nobody knows who listens
    desk.board.detect(rosa, "human")
    assert 'startConferenceOnEnter="false"' in desk.board.script(rosa, asked=1)
    assert "Gather" in desk.board.script(ana, asked=6)
    assert "<Conference" not in desk.board.script(ana, asked=7, key="")
    assert "<Conference" in desk.board.script(ana, asked=7, key="1")


def test_a_machine_never_joins(desk: Desk) -> None:
    desk.answer()
    rosa, ana = desk.legs[1:]
    desk.board.script(rosa)
    desk.board.detect(rosa, "machine_start")
    assert rosa.state == "voicemail"
    assert "<Conference" not in desk.board.script(rosa, asked=1)
    desk.work()
    assert ("end", rosa.provider_call_id) in desk.board.asked
    desk.board.status(rosa, "completed", AnsweredBy="machine_start")
    desk.board.status(ana, "completed", AnsweredBy="fax")
    assert desk.state()[1] == ["joined", "voicemail", "voicemail"]
    assert desk.press(rosa, "ring") == 303
    desk.work()
    assert (desk.legs[1].state, desk.board.placed[-1].reference) == ("queued", f"leg.{rosa.id}.2")


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


def test_an_event_and_the_row_that_shows_it_cost_few_statements(desk: Desk) -> None:
    desk.everybody_in()
    rosa = desk.legs[1]
    desk.board.room(rosa, "participant-mute", sequence=20, Muted="true")
    with statements() as seen:
        desk.board.room(rosa, "participant-unmute", sequence=21, Muted="false")
    assert len(seen) - 2 == OF_AN_EVENT, seen  # the switchboard reads the call before it, and the leg after it
    assert count_selects(lambda: desk.browser.get(f"/calls/{rosa.call_id}/now?leg={rosa.id}")) == OF_A_ROW


@pytest.mark.parametrize(("words", "end"), [(("no-answer", "no-answer"), "no_answer"), (("busy", "busy"), "busy"), (("failed",), "failed")])
def test_a_moderator_who_never_answers_ends_it(desk: Desk, words: tuple[str, ...], end: str) -> None:
    desk.start()
    for word in words:
        desk.work()
        desk.board.status(desk.legs[0], word)
        desk.board.status(desk.legs[0], "ringing") if word == "failed" else None
    assert desk.state()[0] == end
    assert len(desk.board.placed) == len(words)  # nobody else was called


def test_a_voicemail_never_becomes_the_moderator(desk: Desk) -> None:
    desk.start()
    for _ in range(2):
        desk.work()
        moderator = desk.legs[0]
        desk.board.status(moderator, "ringing")
        assert "press any key" in desk.board.script(moderator)
        silent = desk.board.script(moderator, asked=1, key="")
        assert "<Hangup" in silent
        assert "<Say" not in silent  # a mailbox would keep it
        desk.board.status(moderator, "completed")
    assert desk.state() == ("no_answer", ["no_answer", "removed", "removed"])
    assert [one.to for one in desk.board.placed] == [OWN, OWN]  # two tries, and nobody else


@pytest.mark.parametrize("word", ["no-answer", "busy", "completed"])
def test_a_moderator_who_was_taken_out_is_not_called_again(desk: Desk, word: str) -> None:
    desk.start()
    desk.work()
    desk.board.status(desk.legs[0], "ringing")
    assert desk.press(desk.legs[0], "remove") == 303
    desk.work()
    desk.board.status(desk.legs[0], word)
    desk.work()
    assert desk.state() == ("canceled", ["removed"] * 3)
    assert len(desk.board.placed) == 1


def test_a_call_that_was_called_off_rings_nobody(desk: Desk) -> None:
    desk.start()
    desk.work()
    desk.press_all("end")
    desk.board.status(desk.legs[0], "ringing")
    assert desk.state() == ("canceled", ["removed"] * 3)
    assert "<Hangup" in desk.board.script(desk.legs[0])


def test_lost_answers_are_looked_up_and_never_repeated_blindly(desk: Desk) -> None:
    desk.start()
    desk.board.failing = CarrierUnreachable("lost")
    desk.work()
    assert len(desk.board.placed) == 1
    desk.later()
    desk.work()
    assert (len(desk.board.placed), desk.legs[0].provider_call_id) == (1, f"CA{0:032x}")
    desk.board.script(desk.legs[0], key="1")
    desk.board.room(desk.legs[0], "participant-join")
    desk.board.failing, desk.board.does_it = CarrierBusy(), False
    desk.work()
    desk.later()
    desk.work()
    assert sorted(one.to for one in desk.board.placed[1:]) == sorted(leg.address for leg in desk.legs[1:])
    rosa = desk.legs[1]
    desk.press(rosa, "remove")
    assert desk.work() == 1
    desk.board.failing = CarrierRefused("13224")
    desk.browser.post(f"/calls/{rosa.call_id}/people", data={"name": "Nobody", "phone": "(503) 555-0111"})
    desk.work()
    assert (desk.legs[3].state, desk.legs[3].error_code) == ("failed", "13224")


def test_what_is_silent_is_asked_for_and_settled(desk: Desk) -> None:
    desk.answer()
    moderator, rosa, ana = desk.legs
    there = desk.board.calls
    for leg, status in ((moderator, CallStatus.ANSWERED), (rosa, CallStatus.ANSWERED), (ana, CallStatus.BUSY)):
        number = leg.provider_call_id or ""
        there[number] = CarrierCall(number, leg.address, "", status, None, now())
    inside = [CarrierParticipant(str(one.provider_call_id), "", False, one is rosa, "connected") for one in (moderator, rosa)]
    desk.board.inside = {one.call_id: one for one in inside}
    silent(desk)
    assert desk.state() == ("in_progress", ["joined", "joined", "busy"])
    assert desk.legs[1].is_held
    desk.board.is_over = True
    silent(desk)
    assert desk.state() == ("finished", ["left", "left", "busy"])


def test_only_what_is_gone_is_over_and_a_wrong_key_ends_nothing(desk: Desk) -> None:
    desk.everybody_in()
    desk.board.refuses_looks = "20003"  # a key that was changed
    silent(desk)
    assert desk.state() == ("in_progress", ["joined"] * 3)
    desk.board.refuses_looks = "20404"
    silent(desk)
    assert desk.state()[0] == "finished"


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


def test_the_longest_time_ends_it(desk: Desk) -> None:
    desk.answer()
    db.session.query(ConferenceCall).update({"maximum_minutes": 1})
    db.session.query(Call).update({"answered_at": now() - timedelta(minutes=3)})
    silent(desk)
    desk.work()
    assert ("end", CONFERENCE) in desk.board.asked


def test_who_may_not_be_called_is_not(desk: Desk) -> None:
    guardian = desk.thread.family.guardian
    assert desk.start(moderator="12").status_code == 422
    assert desk.start(phone=OWN).status_code == 422  # her own phone twice
    assert desk.start(phone="+1 900 555 1234").status_code == 422  # numbers that cost extra
    answer = desk.start(phone="+52 55 1234 5678")
    assert "does not allow calls" in answer.text
    db.session.query(District).update({"settings": {"calls_abroad": ["MX"]}})
    guardian.postal_code = None
    desk.thread.family.contact_point.time_zone = quiet_zone()
    db.session.commit()
    answer = desk.start(phone="+52 55 1234 5678")
    assert answer.status_code == 422
    assert "quiet hour" in answer.text
    assert "may not declare an emergency" in desk.start(emergency="on").text
    db.session.query(Guardianship).update({"may_contact": False})
    assert desk.start(phone="").status_code == 422
    assert db.session.query(Call).count() == 0


def quiet_zone() -> str:
    """A zone in which it is three in the morning, or close."""
    hour = now().hour
    distance = (3 - hour) % 24
    distance = distance if distance <= 12 else distance - 24
    return f"Etc/GMT{-distance:+d}"


def silent(desk: Desk) -> None:
    """A sweep after a silence."""
    db.session.query(Call).update({"look_at": now() - timedelta(seconds=1)})
    db.session.commit()
    assert look_round(desk.app) == 1
    db.session.commit()
    db.session.expire_all()


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
