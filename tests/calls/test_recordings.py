"""A recorded conference: who may, what the carrier brings, what was said, and where it is found."""

from datetime import timedelta

from app.calls.fetching import fetch_due
from app.calls.models import Recording
from app.core.clock import now
from app.core.database import db
from app.directory.models import District
from tests.calls.conftest import Desk
from tests.calls.tapes import Tapes, sound
from tests.conftest import SignIn
from tests.factories import StaffFactory


def said(desk: Desk, place: int, number: int, seconds: int, name: str, words: str) -> None:
    at = (now() + timedelta(seconds=seconds)).isoformat()
    form = {
        "TranscriptionSid": f"GT{place}", "CallSid": desk.legs[place].provider_call_id, "TranscriptionEvent": "transcription-content",
        "SequenceId": str(number), "Timestamp": at, "InboundTrackLabel": name, "LanguageCode": "en-US",
        "TranscriptionData": f'{{"transcript": "{words}", "confidence": 0.9}}',
    }  # fmt: skip
    assert desk.board.webhook("/webhooks/twilio/voice/transcript?ref=x", form).status_code == 204


def test_a_recording_is_heard_and_read_on_a_page_of_its_own(desk: Desk, sign_in: SignIn) -> None:
    desk.everybody_in()
    assert desk.press_all("record") == 303
    desk.work()
    assert "This call is recorded" in desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end")
    desk.work()
    recording = db.session.query(Recording).one()
    desk.board.record(desk.call, "in-progress", recording.provider_id)
    said(desk, 2, 2, 4, "Ana Ruiz", "He says good morning.")
    said(desk, 1, 2, 2, "Rosa", "Buenos días.")
    desk.board.record(desk.call, "completed", recording.provider_id)
    desk.app.extensions["recording_carrier"] = Tapes(files={recording.provider_id: sound()})
    fetch_due.function()
    recording = db.session.query(Recording).one()
    assert (recording.kind, recording.state, recording.call_id) == ("conference", "ready", desk.call.id)
    page = desk.browser.get(f"/recordings/{recording.id}").text
    assert page.index("Buenos días.") < page.index("He says good morning.")
    assert page.count("<rect") == 100
    assert "<v Rosa>Buenos días." in desk.browser.get(f"/recordings/{recording.id}/words.vtt").text
    for where in (f"/calls/{recording.call_id}", f"/calls/{recording.call_id}/now"):  # an open page asks for the second when it is told
        assert f'href="/recordings/{recording.id}"' in desk.browser.get(where).text
    assert "The call was recorded, 2 seconds." in desk.browser.get(f"/conversations/{desk.thread.id}").text
    assert sign_in(StaffFactory(schools=[])).get(f"/recordings/{recording.id}").status_code == 404


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
