"""What goes wrong between the beep and the ear ends in a named state with a next step; and links open for whom they were made."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.calls.engines import CommandEngine
from app.calls.forgetting import forget_due
from app.calls.models import Recording, Transcript
from app.calls.service import recordings
from app.calls.subtitles import SpokenLine
from app.carrier.recordings import RecordingStatus
from app.core.clock import now
from app.core.database import db
from app.voicemail.models import Voicemail
from tests.calls.tapes import sound
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.voicemail.conftest import Desk

CUT_OFF = sound()[:-4000]


def recording_of(row: Voicemail) -> Recording:
    db.session.rollback()
    return db.session.get_one(Recording, row.recording_id)


@pytest.mark.parametrize(
    ("file", "problem", "words"),
    [
        (b"", "nothing_said", "Nothing was said."),
        (sound(0.1), "nothing_said", "Nothing was said."),
        (b"<html>502 Bad Gateway</html>", "not_audio", "What arrived is no sound."),
        (CUT_OFF, "truncated", "The recording arrived cut off."),
    ],
    ids=["empty", "a click", "a page", "cut off"],
)
def test_a_file_that_cannot_be_heard_says_why_and_what_to_do(desk: Desk, file: bytes, problem: str, words: str) -> None:
    row = desk.leave(file=file)
    with time_machine.travel(now(), tick=True) as clock:
        for _try in range(3):
            desk.work()
            clock.shift(timedelta(minutes=1))
    assert (recording_of(row).state, recording_of(row).problem, recording_of(row).due_at) == ("failed", problem, None)
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert words in page
    assert ("Fetch it again" in page) == (problem != "nothing_said")
    assert "There is nothing to hear." in desk.browser.get("/voicemail").text
    desk.tapes.files[desk.sid(row)] = sound()
    assert desk.browser.post(f"/recordings/{row.recording_id}/again").status_code == 303
    desk.work()
    assert recording_of(row).state == "ready"


def test_the_carriers_silence_is_settled(desk: Desk) -> None:
    row, lost = desk.leave(1), desk.leave(2)
    desk.tapes.is_away = True
    desk.work()
    assert recording_of(row).state == "pending"
    desk.tapes.is_away = False
    del desk.tapes.files[desk.sid(lost)]
    with time_machine.travel(now(), tick=True) as clock:
        for _try in range(4):
            clock.shift(timedelta(minutes=10))
            desk.work()
        assert (recording_of(row).state, recording_of(lost).problem) == ("ready", "never_arrived")
        desk.tapes.texts[desk.sid(row)] = "The text that was never told."
        third = desk.leave(3)
        desk.tapes.states[desk.sid(third)] = RecordingStatus.PROCESSING
        clock.shift(timedelta(hours=25))
        desk.work()
        assert recording_of(third).problem == "never_arrived"
    assert db.session.query(Transcript).count() == 0  # it was asked for once, after the sound, when there was none


class Engine:
    """A program that writes down what was said, in its own time and mood."""

    def __init__(self, write: Callable[[], Sequence[SpokenLine]]) -> None:
        self.write, self.runs = write, 0

    def transcribe(self, _sound: Path, _language: str) -> Sequence[SpokenLine]:
        self.runs += 1
        return self.write()


def test_the_carrier_keeps_its_copy_for_some_days_only(desk: Desk) -> None:
    row = desk.leave()
    desk.work()
    for day, is_away, is_there in ((6, False, True), (8, True, True), (9, False, False)):
        desk.tapes.is_away = is_away
        with time_machine.travel(now() + timedelta(days=day)), desk.app.app_context():
            forget_due.function()
        assert (desk.sid(row) in desk.tapes.files) is is_there
    assert recording_of(row).forget_at is None
    sound_of = re.search(r"/recordings/sound/[^\"& ]+", desk.browser.get(f"/voicemail/{row.id}").text)
    assert sound_of is not None
    assert desk.browser.get(sound_of[0]).status_code == 200  # ours


def no_luck() -> Sequence[SpokenLine]:
    raise RuntimeError


def test_what_writes_down_the_words_runs_once_at_a_time_and_not_for_ever(desk: Desk) -> None:
    meanwhile: list[object] = []
    with time_machine.travel(now(), tick=True) as clock:

        def slow() -> Sequence[SpokenLine]:
            clock.shift(timedelta(minutes=14))  # another worker looks meanwhile
            meanwhile.append(recordings.take_up())
            return [SpokenLine(0.0, 1.0, "", "I will bring it at ten.")]

        desk.app.extensions["transcript_engine"] = engine = Engine(slow)
        row = desk.leave(1)
        desk.work()
        clock.shift(timedelta(minutes=1))
        desk.work()
        assert (engine.runs, meanwhile, recording_of(row).due_at) == (1, [[]], None)
        desk.app.extensions["transcript_engine"] = broken = Engine(no_luck)
        second = desk.leave(2)
        for _try in range(12):
            desk.work()
            clock.shift(timedelta(hours=3))
        assert 1 < broken.runs < 10
        assert recording_of(second).due_at is None
        desk.app.extensions["transcript_engine"] = CommandEngine("echo {nonsense}")
        third = desk.leave(3)
        desk.work()
        clock.shift(timedelta(minutes=1))
        desk.work()
        assert recording_of(third).due_at is None


def test_a_text_that_was_never_told_is_asked_for(desk: Desk) -> None:
    row = desk.leave()
    desk.tapes.texts[desk.sid(row)] = "Call me. I am at work until five, then at home."
    desk.work()
    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        desk.work()
    assert recording_of(row).due_at is None
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert "I am at work until five" in page
    files = {ending: desk.browser.get(f"/recordings/{row.recording_id}/words.{ending}") for ending in ("vtt", "srt", "txt")}
    assert files["vtt"].text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:0")
    assert files["srt"].text.startswith("1\n00:00:00,000 --> ")
    assert files["txt"].text.startswith("0:00 Call me.")
    assert files["vtt"].headers["Content-Disposition"].endswith(".vtt")


def test_a_text_that_fails_is_nothing_unusual(desk: Desk) -> None:
    row = desk.leave()
    desk.written(row, "")
    desk.work()
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert "No transcript: no words could be made out." in page
    assert desk.browser.get(f"/recordings/{row.recording_id}/words.vtt").status_code == 404
    desk.written(row)  # late, and after all
    assert "inhaler" in desk.browser.get(f"/voicemail/{row.id}").text


def test_a_link_opens_for_whom_it_was_made_and_for_as_long(desk: Desk, sign_in: SignIn) -> None:
    row = desk.leave()
    desk.work()
    link = desk.browser.get(f"/recordings/{row.recording_id}/link").json["url"]
    stranger = sign_in(StaffFactory(schools=[]))
    nobody = desk.app.test_client()
    assert [one.get(link).status_code for one in (desk.browser, stranger, nobody)] == [200, 404, 404]
    assert desk.browser.get(link[:-3] + "abc").status_code == 404
    with time_machine.travel(now() + timedelta(hours=11, minutes=50), tick=True):
        assert desk.browser.get(link).status_code == 200
    with time_machine.travel(now() + timedelta(hours=13, minutes=30), tick=True):
        later = sign_in(desk.thread.family.teacher)
        assert [one.get(link).status_code for one in (later, stranger, nobody)] == [410, 404, 404]
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert re.search(r'href="/recordings/sound/[^"]+download=1"', page)


def test_who_reads_that_there_is_no_transcript_is_told_what_they_can_do(desk: Desk, sign_in: SignIn) -> None:
    row = desk.leave()
    recording_of(row).language = "so"
    desk.work()
    here = f"/voicemail/{row.id}"
    page = desk.browser.get(here).text
    assert "ask your administrator" in page
    assert "README" not in page
    admin = sign_in(StaffFactory(role="district_admin", district_id=desk.thread.family.school.district_id))
    assert "under TRANSCRIBE_COMMAND" in admin.get(here).text
