"""What the house says into a conference, and what it keeps of it: everybody is told first, one thing is said at a time, and once."""

from datetime import timedelta

from app.calls.models import CallWish, ConferenceCall
from app.carrier.gateway import CarrierRefused, CarrierUnreachable
from app.core.clock import now
from app.core.database import db
from app.directory.models import District
from tests.calls.conftest import Desk


def recording(desk: Desk) -> str:
    db.session.rollback()
    return db.session.query(ConferenceCall).one().recording


def press(desk: Desk, act: str, **more: str) -> int:
    return desk.browser.post(f"/calls/{desk.call.id}", data={"act": act, **more}).status_code


def words(desk: Desk) -> str:
    """What the carrier is asked to say now; it comes for the words, and has said them."""
    desk.work()
    said = desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end")
    return said


def due(desk: Desk) -> None:
    db.session.query(CallWish).update({"due_at": now() - timedelta(seconds=1)})
    db.session.commit()
    desk.work()


def test_everybody_is_told_before_anything_is_recorded(desk: Desk) -> None:
    desk.everybody_in()
    moderator, _rosa, ana = desk.legs
    desk.board.room(ana, "participant-hold", Hold="true")
    assert [press(desk, "record"), press(desk, "record")] == [303, 303]  # two people at once
    assert recording(desk) == "announced"
    desk.work()
    assert "This call is recorded" in desk.board.fetch(desk.board.asked[-1][-1])
    assert desk.board.tapes.asked == []
    desk.board.room(moderator, "announcement-end")
    desk.board.room(moderator, "announcement-end", sequence=desk.board.sequence)  # repeated
    desk.work()
    assert desk.board.tapes.asked == [("start", moderator.provider_call_id, f"call.{moderator.call_id}")]
    assert recording(desk) == "on"
    assert [leg.heard_notice_at is not None for leg in desk.legs] == [True, True, False]
    desk.board.room(ana, "participant-unhold", Hold="false")  # whoever was on hold is told as soon as she hears
    assert "This call is recorded" in words(desk)
    assert desk.legs[2].heard_notice_at is not None
    desk.browser.post(f"/calls/{ana.call_id}/people", data={"name": "Dr. Stone", "phone": "(503) 555-0121"})
    desk.work()
    stone = desk.legs[3]
    desk.board.detect(stone, "human")
    assert "This call is recorded" in desk.board.script(stone)  # and whoever comes later before they come in
    press(desk, "pause")
    desk.work()
    assert recording(desk) == "paused"
    press(desk, "resume")
    desk.work()
    press(desk, "stop-recording")
    desk.work()
    assert [one[0] for one in desk.board.tapes.asked] == ["start", *["pause", "resume"] * 2, "stop"]  # once while Ana was told
    assert recording(desk) == "off"


def test_a_recording_whose_answer_was_lost_is_found_and_not_begun_twice(desk: Desk) -> None:
    desk.everybody_in()
    press(desk, "record")
    words(desk)
    desk.board.tapes.failing = CarrierUnreachable("lost")
    desk.work()
    assert recording(desk) == "announced"
    due(desk)
    assert (recording(desk), len(desk.board.tapes.asked)) == ("on", 1)
    desk.board.record(desk.call, "completed")
    assert recording(desk) == "off"
    desk.board.failing = CarrierRefused("13224")
    press(desk, "record")
    desk.work()
    assert recording(desk) == "off"
    assert "could not" in desk.browser.get(f"/calls/{desk.call.id}").text
    db.session.query(District).update({"settings": {"call_recording": "never"}})
    db.session.commit()
    assert press(desk, "record") == 422


def test_one_sentence_at_a_time_and_each_once(desk: Desk) -> None:
    desk.everybody_in()
    page = f"/calls/{desk.call.id}"
    for text in ("Five more minutes.", "Five more minutes.", "Thank you all."):
        assert desk.browser.post(f"{page}/words", data={"words": text, "language": "es"}).status_code == 303
    assert desk.browser.post(f"{page}/words", data={"words": " "}).status_code == 422
    desk.board.failing = CarrierUnreachable("lost")
    assert desk.work() == 1
    first = desk.board.asked[-1][-1]
    assert desk.work() == 0  # the second waits for the first
    due(desk)
    second = desk.board.asked[-1][-1]
    assert first != second  # nobody had come for the words, so they are asked for once more
    assert "<Say" not in desk.board.fetch(first)  # and the first asking counts no longer
    said = desk.board.fetch(second)
    assert "Five more minutes." in said
    assert "es-US" in said
    due(desk)  # the end is never told
    assert "Thank you all." in words(desk)
    assert sum(one[0] == "announce" for one in desk.board.asked) == 3


def test_a_language_that_no_voice_speaks_is_the_speakers_own(desk: Desk) -> None:
    desk.everybody_in()
    desk.browser.post(f"/calls/{desk.call.id}/words", data={"words": "Thank you all.", "language": "tlh"})
    assert 'language="en-US"' in words(desk)
    desk.browser.post(f"/calls/{desk.call.id}/words", data={"words": "Gracias.", "language": "es"})
    db.session.rollback()
    assert [one.language for one in db.session.query(CallWish).filter_by(kind="announce").order_by(CallWish.id)] == ["en", "es"]


def test_keys_go_to_the_line_that_was_chosen(desk: Desk) -> None:
    desk.everybody_in()
    ana = desk.legs[2]
    keys = f"/calls/{ana.call_id}/legs/{ana.id}/keys"
    assert desk.browser.post(keys, data={"keys": "call me"}).status_code == 422
    assert desk.browser.post(keys, data={"keys": "1, 214#"}).status_code == 303
    assert 'digits="1w214#"' in words(desk)
    assert desk.board.asked[-1][:2] == ("announce_to", ana.provider_call_id)


def test_the_interpreter_is_briefed_in_private_before_the_family_is_called(desk: Desk) -> None:
    desk.start(brief="on")
    desk.work()
    moderator, rosa, ana = desk.legs
    desk.board.script(moderator, key="1")
    desk.board.room(moderator, "participant-join")
    desk.work()
    assert [one.to for one in desk.board.placed] == [moderator.address, ana.address]
    desk.board.script(ana)
    desk.board.detect(ana, "human")
    desk.board.room(ana, "participant-join")
    assert [press(desk, "end-briefing"), press(desk, "end-briefing")] == [303, 303]
    desk.work()
    assert [one.to for one in desk.board.placed[2:]] == [rosa.address]
    desk.board.script(desk.legs[1])
    desk.board.detect(desk.legs[1], "human")
    desk.board.room(desk.legs[1], "participant-join")
    assert press(desk, "brief") == 303
    desk.work()
    assert desk.board.asked[-1] == ("hold", desk.legs[1].provider_call_id, True)
    press(desk, "end-briefing")
    desk.work()
    assert desk.board.asked[-1] == ("hold", desk.legs[1].provider_call_id, False)


def test_notes_stay_with_the_call_and_go_into_the_thread(desk: Desk) -> None:
    desk.everybody_in()
    page = f"/calls/{desk.call.id}"
    first = desk.browser.post(f"{page}/notes", data={"notes": "Reads at home.", "seen": "0"}, headers={"Accept": "application/json"})
    assert (first.status_code, first.get_json()) == (200, {"version": 1})
    late = desk.browser.post(f"{page}/notes", data={"notes": "Something else", "seen": "0"}, headers={"Accept": "application/json"})
    assert late.status_code == 409
    desk.board.room(desk.legs[0], "conference-end")
    assert "Reads at home." in desk.browser.get(f"/conversations/{desk.thread.id}").text
    desk.browser.post(f"{page}/notes", data={"notes": "Reads at home, and aloud.", "seen": "1"})
    assert "and aloud." in desk.browser.get(f"/conversations/{desk.thread.id}").text
