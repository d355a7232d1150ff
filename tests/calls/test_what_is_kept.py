"""What is recorded belongs to its own call alone, and what nobody wants, or nobody was told of, is not kept."""

import re
from datetime import timedelta

import time_machine

from app.calls.forgetting import forget_due
from app.calls.models import Call, CallLine, CallWish, ConferenceCall, ConferenceParticipant, Recording, Transcript
from app.carrier.gateway import CarrierUnreachable
from app.core.clock import now
from app.core.database import db
from tests.calls.conftest import Desk
from tests.factories.threads import thread


def begun_nowhere() -> int:
    """A conference of another district that never began: the carrier has no id for it, nor for any of its legs."""
    people = thread().family
    call = Call(
        district_id=people.school.district_id, school_id=people.school.id, phone_number_id=people.number.id, title="Another",
        staff_id=people.teacher.id, request_key="another", status="canceled",
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    db.session.add(ConferenceCall(call_id=call.id, maximum_minutes=60))
    db.session.commit()
    return call.id


def told(desk: Desk) -> None:
    """Somebody asks for a recording, and all have heard the notice."""
    desk.press_all("record")
    desk.work()
    desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end")


def kept(desk: Desk) -> list[tuple[int, str, str]]:
    """All recordings: of which call, under which rule, and how far."""
    db.session.rollback()
    return [(one.call_id, one.consent_basis, one.state) for one in db.session.query(Recording).order_by(Recording.id)]


def test_a_recording_is_kept_with_its_own_call(desk: Desk) -> None:
    stranger = begun_nowhere()
    desk.everybody_in()
    told(desk)
    mine = desk.legs[0].call_id
    desk.board.tapes.failing = CarrierUnreachable("lost")  # so the carrier's news come before its answer
    desk.work()
    desk.board.record(desk.call, "in-progress")
    desk.board.record(desk.call, "completed")
    assert kept(desk) == [(mine, "all_parties", "pending")]
    for line in (desk.legs[1].provider_call_id, "CA" + "e" * 32):  # news without our word for it; the second is nobody's
        form = {"RecordingSid": f"RE{line}", "RecordingStatus": "in-progress", "CallSid": line}
        assert desk.board.webhook("/webhooks/twilio/voice/recording", form).status_code == 204
        form = {
            "TranscriptionSid": f"GT{line}", "TranscriptionEvent": "transcription-stopped", "CallSid": line, "SequenceId": "1",
            "Timestamp": "2026-11-20T10:00:00.000000Z",
        }  # fmt: skip
        assert desk.board.webhook("/webhooks/twilio/voice/transcript", form).status_code == 204
    assert [one[0] for one in kept(desk)] == [mine, mine]
    assert db.session.query(Transcript).all() == []
    assert stranger != mine


def test_what_was_called_off_while_it_began_is_stopped_and_not_kept(desk: Desk) -> None:
    desk.everybody_in()
    told(desk)
    desk.board.tapes.failing = CarrierUnreachable("lost")
    desk.work()
    desk.press_all("stop-recording")  # the carrier records already, and nobody here knows
    told(desk)  # and somebody changes their mind once more
    desk.board.record(desk.call, "in-progress")
    desk.work()
    line = desk.legs[0].provider_call_id
    assert [one[:2] for one in desk.board.tapes.asked] == [("start", line), ("start", line), ("stop", "RE0")]
    desk.board.record(desk.call, "in-progress")  # repeated
    desk.board.record(desk.call, "completed")
    assert [one[1:] for one in kept(desk)] == [("", "deleted"), ("all_parties", "pending")]
    with time_machine.travel(now() + timedelta(minutes=5)), desk.app.app_context():
        forget_due.function()
    assert desk.board.tapes.asked[-1] == ("delete", "RE0")


def test_one_that_is_found_after_it_was_called_off_is_stopped(desk: Desk) -> None:
    desk.everybody_in()
    told(desk)
    desk.board.tapes.failing = CarrierUnreachable("lost")
    desk.work()
    desk.press_all("stop-recording")
    for _ in range(2):  # it is looked for, then stopped
        db.session.query(CallWish).update({"due_at": now() - timedelta(seconds=1)})
        db.session.commit()
        desk.work()
    assert [one[0] for one in desk.board.tapes.asked] == ["start", "stop"]
    assert [one[1:] for one in kept(desk)] == [("", "deleted")]
    assert db.session.query(ConferenceCall).one().recording == "off"


def test_what_is_said_is_left_out_while_somebody_was_not_told(desk: Desk) -> None:
    desk.everybody_in()
    moderator, _rosa, ana = desk.legs
    desk.board.room(ana, "participant-hold", Hold="true")
    told(desk)
    desk.board.room(ana, "participant-unhold", Hold="false")  # she hears again before the carrier was asked to begin
    desk.work()
    assert desk.board.tapes.asked[0][:2] == ("start", moderator.provider_call_id)
    assert desk.board.tapes.asked[-1] == ("pause", "RE0")
    desk.board.fetch(desk.board.asked[-1][-1])
    assert desk.press_all("resume") == 303
    desk.work()
    assert recorded(desk) == "paused"  # nobody can want her to be recorded unaware
    assert "Not recording until everyone was told" in desk.browser.get(f"/calls/{ana.call_id}").text
    desk.board.room(moderator, "announcement-end")
    desk.work()
    assert (recorded(desk), desk.board.tapes.asked[-1]) == ("on", ("resume", "RE0"))
    db.session.query(ConferenceParticipant).filter_by(id=ana.id).update({"heard_notice_at": None})
    desk.board.room(ana, "participant-unmute", Muted="false")
    desk.work()
    desk.board.room(moderator, "announcement-fail")  # she cannot be told
    desk.work()
    assert desk.board.tapes.asked[-1] == ("stop", "RE0")
    assert recorded(desk) == "off"


def test_the_end_of_something_else_is_not_the_end_of_the_notice(desk: Desk) -> None:
    desk.everybody_in()
    desk.browser.post(f"/calls/{desk.call.id}/words", data={"words": "Five more minutes.", "language": "en"})
    desk.work()
    late = desk.board.asked[-1][-1]
    desk.board.fetch(late)
    past = {"due_at": now() - timedelta(seconds=1)}
    db.session.query(CallWish).update(past)
    db.session.commit()
    desk.work()  # its end was never told, and is waited for no longer
    desk.press_all("record")
    desk.work()
    desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end", AnnounceUrl=late)
    desk.board.room(desk.legs[0], "announcement-end", AnnounceUrl="")  # a carrier that does not say which, much too early
    desk.work()
    assert desk.board.tapes.asked == []
    desk.board.room(desk.legs[0], "announcement-end")
    desk.work()
    assert recorded(desk) == "on"


def test_nothing_is_kept_of_whoever_muted_themselves(desk: Desk) -> None:
    desk.everybody_in()
    moderator, rosa, _ana = desk.legs
    desk.board.room(moderator, "participant-hold", Hold="true")
    told(desk)
    desk.work()
    assert desk.board.tapes.asked[0][:2] == ("start", rosa.provider_call_id)  # not on a line that hears music
    desk.board.room(rosa, "participant-mute", Muted="true", Hold="false")
    desk.work()
    assert (recorded(desk), desk.board.tapes.asked[-1]) == ("paused", ("pause", "RE0"))
    desk.board.room(rosa, "participant-unmute", Muted="false", Hold="false")
    desk.work()
    assert (recorded(desk), desk.board.tapes.asked[-1]) == ("on", ("resume", "RE0"))


def recorded(desk: Desk) -> str:
    """Whether what is said is kept."""
    db.session.rollback()
    return db.session.query(ConferenceCall).one().recording


def test_who_leaves_goes_alone_and_what_is_recorded_goes_on(desk: Desk) -> None:
    desk.everybody_in()
    moderator, rosa, ana = desk.legs
    told(desk)
    desk.work()
    desk.board.record(desk.call, "in-progress")
    desk.press_all("pause")
    desk.work()
    desk.press_all("resume")
    desk.work()
    began = now() - timedelta(minutes=1)
    db.session.query(Recording).update({"begun_at": began})
    for what, seconds in (("recording_paused", 2), ("recording_again", 12)):
        db.session.query(CallLine).filter_by(what=what).update({"at": began + timedelta(seconds=seconds)})
    db.session.commit()
    desk.later()
    desk.work()
    desk.board.write(desk.legs[1], words="Good morning.", seconds=-40)
    desk.press_all("mute-all")
    desk.work()
    desk.board.room(rosa, "participant-mute", Muted="true", Hold="false")
    desk.board.asked.clear()
    assert desk.press_all("leave") == 303
    desk.work()
    assert desk.board.asked == [("go_on_without", moderator.provider_call_id), ("remove", moderator.provider_call_id)]
    desk.board.room(moderator, "participant-leave")
    assert desk.state() == ("in_progress", ["left", "joined", "joined"])
    desk.work()
    assert ("mute", rosa.provider_call_id, False) in desk.board.asked  # nobody is left whom only she could have let speak
    assert desk.board.tapes.asked[-1][:2] == ("start", ana.provider_call_id)  # Rosa is muted still
    assert recorded(desk) == "on"
    page = desk.browser.get(f"/calls/{ana.call_id}").text
    name = desk.thread.family.teacher.name
    for words in ("left, on whose line the recording ran", f"{name} paused the recording", f"{name} muted {rosa.name}", f"{name} left"):
        assert words in page
    desk.board.record(desk.call, "completed", "RE0")  # only the first ends
    assert recorded(desk) == "on"
    first, second = db.session.query(Recording).order_by(Recording.id)
    assert re.findall(r'data-from="(\d+)', desk.browser.get(f"/recordings/{first.id}").text) == ["10"]  # without the pause
    assert "data-from" not in desk.browser.get(f"/recordings/{second.id}").text
