"""A recorded conference: who may, what the carrier brings, what was said, and where it is found."""

import re

import time_machine

from app.calls.fetching import fetch_due
from app.calls.models import ConferenceParticipant, Problem, Recording, RecordingKind, Transcript
from app.calls.service import recordings
from app.carrier.gateway import CarrierUnreachable
from app.conversations.models import Participant
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import District
from app.live.models import LiveEvent
from tests.calls.conftest import Desk
from tests.calls.tapes import Tapes, sound
from tests.conftest import SignIn
from tests.factories import StaffFactory


def test_a_recording_is_heard_and_read_on_a_page_of_its_own(desk: Desk, sign_in: SignIn) -> None:
    desk.everybody_in()
    assert desk.press_all("record") == 303
    desk.work()
    assert "This call is recorded" in desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end")
    desk.work()
    recording = db.session.query(Recording).one()
    desk.board.record(desk.call, "in-progress", recording.provider_id)
    desk.work()
    moderator, rosa, ana = desk.legs
    moderator_id, call_id, here = moderator.id, moderator.call_id, f"/conversations/{desk.thread.id}"
    rosa_name, ana_name = rosa.name, ana.name
    desk.board.write(ana, words="He says good morning.", seconds=4)
    desk.board.write(rosa, words="Buenos días.", seconds=2)
    desk.board.record(desk.call, "completed", recording.provider_id)
    desk.app.extensions["recording_carrier"] = Tapes(files={recording.provider_id: sound()})
    fetch_due.function()
    recording = db.session.query(Recording).one()
    assert (recording.kind, recording.state, recording.call_id) == ("conference", "ready", call_id)
    page = desk.browser.get(f"/recordings/{recording.id}").text
    assert page.index("Buenos días.") < page.index("He says good morning.")
    assert page.count("<rect") == 100
    assert f"{rosa_name}, {ana_name}" in page  # who was there
    assert f"<v {desk.legs[1].name}>Buenos días." in desk.browser.get(f"/recordings/{recording.id}/words.vtt").text
    for where in (f"/calls/{recording.call_id}", f"/calls/{recording.call_id}/now"):  # an open page asks for the second when it is told
        assert f'href="/recordings/{recording.id}"' in desk.browser.get(where).text
    assert f'href="/calls/{recording.call_id}"' in desk.browser.get("/calls/history?q=dias").text  # what was said is found
    translation = f"/recordings/{recording.id}/translation"  # of the mother's line only: the other is in the reader's language
    assert f'data-translates="{translation}"' in page
    told = desk.browser.get(translation).json
    assert [line and line["words"] for line in told["lines"]] == ["Good morning.", None]
    assert told["said"] == "Translated by software, may have errors"
    db.session.query(Transcript).update({"lines": []})
    db.session.commit()
    assert "was not written down, and cannot be any more" in desk.browser.get(f"/recordings/{recording.id}").text
    db.session.query(Recording).update({"peaks": [0] * 200})
    db.session.commit()
    assert "nobody spoke while it was recorded" in desk.browser.get(f"/recordings/{recording.id}").text
    desk.board.room(db.session.get_one(ConferenceParticipant, moderator_id), "conference-end")
    thread = desk.browser.get(here).text
    assert thread.index("had a conference call with") < thread.index("The call was recorded, 2 seconds.")
    assert re.search(rf'<a href="/calls/{call_id}">[^<]* had a conference call with', thread)  # it leads to the whole of it
    assert f'<a href="/recordings/{recording.id}">The call was recorded' in thread
    colleague = StaffFactory(district_id=recording.district_id)
    db.session.add(Participant(conversation_id=int(here.rpartition("/")[2]), staff_id=colleague.id))
    db.session.commit()
    theirs = sign_in(colleague).get(here).text
    assert "had a conference call with" in theirs
    assert f'href="/calls/{call_id}"' not in theirs  # nobody is led to what they may not open
    assert f'href="/recordings/{recording.id}"' not in theirs
    assert sign_in(StaffFactory(schools=[])).get(f"/recordings/{recording.id}").status_code == 404


def test_only_what_is_recorded_is_written_down(desk: Desk) -> None:
    desk.everybody_in()
    teacher, rosa, ana = desk.legs
    desk.board.room(ana, "participant-mute", Muted="true")
    desk.press_all("record")
    desk.work()
    desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(teacher, "announcement-end")
    desk.board.pens.failing = CarrierUnreachable("lost")
    desk.work()
    desk.work()
    pens = desk.board.pens
    assert pens.asked == [("start", teacher.provider_call_id, "en-US"), ("start", rosa.provider_call_id, "es-US")]  # Ana is muted
    lost = next(leg for leg in (teacher, rosa) if leg.listening_id is None)
    desk.board.write(lost, "started", number="GTlost")
    desk.later()
    desk.work()
    assert len(pens.asked) == 2  # what was lost is not asked for again: the carrier told that it listens
    desk.board.write(lost, words="Good morning.")
    desk.board.write(ana, number="GTnobody", words="Between us two.")
    desk.board.room(ana, "participant-unmute", Muted="false")
    desk.work()
    assert pens.asked[2:] == [("start", ana.provider_call_id, "en-US")]
    before = rosa.listening_id or lost.listening_id
    desk.press_all("pause")
    desk.work()
    desk.work()
    assert sorted(pens.asked[3:]) == sorted(("stop", one) for one in ("GTlost", "GT1" if lost is rosa else "GT2", "GT3"))
    desk.board.write(lost, number=before or "", words="Off the record.")
    assert [one["words"] for one in db.session.query(Transcript).one().lines] == ["Good morning."]
    desk.press_all("resume")
    desk.work()
    desk.work()
    assert len(pens.asked) == 9


def test_who_was_never_heard_of_is_asked_again_and_words_come_live(desk: Desk) -> None:
    desk.everybody_in()
    teacher = desk.legs[0]
    desk.press_all("record")
    desk.work()
    desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(teacher, "announcement-end")
    pens = desk.board.pens

    def lose() -> None:
        pens.failing = CarrierUnreachable("nobody there")
        desk.work()

    lose()
    desk.work()
    lost = next(leg for leg in desk.legs if leg.listening_id is None)
    assert len(pens.asked) == 3
    desk.later()
    lose()
    desk.later()
    assert desk.work() == 0  # twice is enough
    assert [one[1] for one in pens.asked].count(lost.provider_call_id) == 2
    for act in ("pause", "resume"):
        desk.press_all(act)
        desk.work()
        desk.work()
    lost = next(leg for leg in desk.legs if leg.id == lost.id)
    assert lost.listening_id is not None  # the recording goes on, and it is asked anew
    said = ("Good morning.", "How is he?", "Better.")
    with time_machine.travel(now(), tick=False) as clock:
        for words in said:
            desk.board.write(lost, words=words)
        assert [one["words"] for one in db.session.query(Transcript).one().lines] == list(said)
        news = db.session.query(LiveEvent).filter_by(name="call:words", audience=f"call:{lost.call_id}")
        assert news.count() == 1  # one a second
        clock.shift(2)
        desk.board.write(lost, words="See you.")
        assert news.count() == 2


def test_the_states_of_all_who_take_part_decide(desk: Desk, sign_in: SignIn) -> None:
    admin = sign_in(StaffFactory(role="district_admin", district_id=desk.thread.family.school.district_id))
    page = admin.get("/recordings/rules").text
    assert 'value="all_parties" selected' in page.partition('name="rule-OR"')[2].partition("</select>")[0]
    assert desk.browser.get("/recordings/rules").status_code == 403
    desk.everybody_in()
    assert admin.post("/recordings/rules", data={"rule-OR": "never", "rule-XX": "never"}).status_code == 303
    district = db.session.get_one(District, desk.thread.family.school.district_id)
    assert district.settings["recording_rules"] == {"OR": "never"}
    assert desk.press_all("record") in {403, 409, 422}
    assert admin.post("/recordings/rules", data={"rule-OR": "all_parties"}).status_code == 303
    db.session.expire_all()
    assert "recording_rules" not in db.session.get_one(District, desk.thread.family.school.district_id).settings
    assert desk.press_all("record") == 303


def test_two_recordings_of_one_call_are_told_apart_in_the_thread(desk: Desk) -> None:
    here = f"/conversations/{desk.thread.id}"
    desk.everybody_in()
    call = desk.call
    with transaction():
        both = [recordings.expect(call, RecordingKind.CONFERENCE, f"RE{n}", language="en", consent_basis="all") for n in (1, 2)]
    for number in [one.id for one in both]:
        recordings.fail(number, Problem.NEVER_ARRIVED)
    desk.board.room(desk.legs[0], "conference-end")
    thread = desk.browser.get(here).text
    assert thread.index("part 1 of 2 cannot be heard") < thread.index("part 2 of 2 cannot be heard")
