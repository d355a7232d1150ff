"""Conferences, lines of numbers, who answers and who waits, and what was recorded: by the services of the pages."""

from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.accounts.scopes import Scope
from app.api.courier.face import face
from app.calls.models import Call, CallWish, ConferenceParticipant, DirectCall, Recording, RecordingState, Transcript, TranscriptState
from app.core.database import db, transaction
from app.directory.models import Consent, ConsentKind, ConsentSource, Guardianship
from app.directory.service.consent import record_consent
from tests.api.client import ApiClient
from tests.api.courier_lines.conftest import Other
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import SchoolFactory, StaffFactory, api_key

DESK, CALLER, DUTY = "+15035550101", "+15035550166", "+15035550177"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def setting(other: Other) -> dict[str, Any]:
    """The line of the district's number."""
    other.people.school.office_hours = ALWAYS
    db.session.commit()
    attributes = {"account-id": str(other.pool.uuid), "phone-number": other.people.number.address, "recording-enabled": True}
    return other.made("createVoiceSetting", "voice-settings", attributes)


def conference(other: Other, **more: Any) -> Any:
    attributes = {
        "individual-id": str(other.people.student.uuid), "organization-id": str(other.people.school.uuid), "moderator-number": DESK, **more,
    }  # fmt: skip
    return other.create("createVoiceConference", "voice-conferences", attributes)


def test_a_conference_rings_the_moderator_and_then_the_family(other: Other) -> None:
    colleague = StaffFactory(role=Role.TEACHER, schools=[other.people.school], phone=DUTY)
    db.session.commit()
    made = conference(other, **{"participant-ids": [str(colleague.uuid)]})
    assert (made.status_code, made.json["data"]["attributes"]["state"]) == (201, "created"), made.text
    legs = db.session.scalars(select(ConferenceParticipant).order_by(ConferenceParticipant.id)).all()
    assert [(leg.role, leg.address) for leg in legs] == [
        ("moderator", DESK), ("guardian", other.people.contact_point.address), ("colleague", DUTY),
    ]  # fmt: skip
    assert db.session.scalars(select(CallWish.kind)).all() == ["place"]
    number, organization = made.json["data"]["id"], str(other.people.school.uuid)
    assert other.api.ask("getVoiceConference", id=number).json["data"] == made.json["data"]
    query = {
        "organization-id": organization,
        "filter[states]": ["created", "running"],
        "filter[individual-id]": str(other.people.guardian.uuid),
    }
    assert [each["id"] for each in other.api.ask("listVoiceConferences", query=query).json["data"]] == [number]
    query["filter[states]"] = ["completed"]
    assert other.api.ask("listVoiceConferences", query=query).json["data"] == []
    logs = other.api.ask("listVoiceDialLogs", query={"organization-id": organization, "filter[conference-id]": number}).json["data"]
    assert [each["attributes"]["individual-id"] for each in logs] == [
        str(colleague.uuid), str(other.people.guardian.uuid), str(other.staff.uuid),
    ]  # fmt: skip
    assert other.api.ask("getVoiceDialLog", id=logs[0]["id"]).json["data"] == logs[0]
    own = {"individual-id": str(other.staff.uuid)}
    assert other.api.ask("getVoiceConferenceCredentials", query=own, id=number).json["access-token"]


def test_no_phone_rings_that_a_page_would_not_let_ring(other: Other, school_time: Any) -> None:
    phone = other.people.contact_point.address
    record_consent(other.district.id, phone, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    assert conference(other).json["errors"][0]["code"] == "may_not_be_called"
    record_consent(other.district.id, phone, "all", ConsentKind.OPTED_IN, ConsentSource.KEYWORD)
    school_time.move_to(WEDNESDAY_TEN.replace(hour=8))
    assert conference(other).json["errors"][0]["code"] == "quiet_hours"
    school_time.move_to(WEDNESDAY_TEN)
    db.session.scalars(select(Guardianship)).one().may_contact = False
    db.session.commit()
    assert conference(other, **{"individual-id": str(other.people.guardian.uuid)}).status_code == 400
    assert conference(other, **{"moderator-number": "+19005550123"}).status_code == 400
    assert db.session.scalars(select(Call)).all() == []


def test_whose_conference_it_is_and_whom_it_calls_has_to_be_known(other: Other, stranger: Other) -> None:
    assert conference(other, **{"individual-id": str(stranger.people.guardian.uuid)}).status_code == 404
    assert conference(other, **{"organization-id": str(stranger.district.uuid)}).status_code == 404
    assert conference(other, **{"individual-id": str(other.staff.uuid)}).json["errors"][0]["code"] == "nobody_to_call"
    number = conference(other).json["data"]["id"]
    organization = {"organization-id": str(other.people.school.uuid)}
    assert stranger.api.ask("getVoiceConference", id=number).status_code == 404
    assert stranger.api.ask("listVoiceConferences", query=organization).status_code == 404
    assert stranger.api.ask("listVoiceDialLogs", query=organization).status_code == 404
    legs = db.session.scalars(select(ConferenceParticipant.uuid)).all()
    assert stranger.api.ask("getVoiceDialLog", id=str(legs[0])).status_code == 404
    reads = ApiClient(other.api.app, face, api_key(other.district.id, scopes=[Scope.READ_TEXTS]))
    assert reads.ask("getVoiceConference", id=number).status_code == 403


def test_a_teachers_key_calls_from_her_own_phone_and_as_herself_alone(other: Other) -> None:
    teacher = db.session.get_one(Staff, other.people.teacher.id)
    teacher.phone = DESK
    db.session.commit()
    hers = ApiClient(other.api.app, face, api_key(other.district.id, person=teacher))
    attributes = {"individual-id": str(other.people.guardian.uuid), "organization-id": str(other.people.school.uuid)}
    made = hers.ask("createVoiceConference", {"data": {"type": "voice-conferences", "attributes": attributes}})
    assert (made.status_code, made.json["data"]["attributes"]["created-by"]) == (201, str(teacher.uuid)), made.text
    query = {"individual-id": str(other.staff.uuid)}
    assert hers.ask("getVoiceConferenceCredentials", query=query, id=made.json["data"]["id"]).status_code in {403, 404}


def ivr(other: Other, setting: dict[str, Any], **fields: str) -> str:
    form = {"CallSid": "CA1", "CallStatus": "in-progress", "From": CALLER, "To": other.people.number.address, "Direction": "inbound"}
    answer = other.api.ask("getIvrTwiml", {**form, **fields}, id=setting["id"])
    assert (answer.status_code, answer.mimetype) == (201, "application/xml"), answer.text
    return answer.text


def test_what_a_line_says_is_what_its_setting_is(other: Other, setting: dict[str, Any]) -> None:
    assert "To leave a message, press 2." in ivr(other, setting)
    changed = other.change(
        "updateVoiceSetting", "voice-settings", setting["id"],
        {"wait-message": "The bus desk opens at seven.", "recording-enabled": False},
    )  # fmt: skip
    assert (changed.status_code, changed.json["data"]["attributes"]["recording-enabled"]) == (200, False)
    menu = ivr(other, setting)
    assert "To speak with the office, press 1." in menu
    assert "To leave a message" not in menu
    assert "<Enqueue" in ivr(other, setting, Digits="1")
    waiting = ivr(other, setting)
    assert waiting.index("The bus desk opens at seven.") < waiting.index("You are number 1 in line.")
    entries = other.api.ask("listVoiceQueueEntries", query={"setting-id": setting["id"]}).json["data"]
    shown = entries[0]["attributes"]
    assert [(shown["phone-number"], shown["position"], shown["state"])] == [(CALLER, 1, "waiting")]
    assert other.api.ask("getVoiceQueueEntry", id=entries[0]["id"]).json["data"]["id"] == entries[0]["id"]
    other.change("updateVoiceSetting", "voice-settings", setting["id"], {"forward-number": DUTY})
    ivr(other, setting, CallSid="CA2")
    assert DUTY in ivr(other, setting, CallSid="CA2", Digits="1")
    cleared = other.change("updateVoiceSetting", "voice-settings", setting["id"], {"forward-number": None})
    assert cleared.json["data"]["attributes"]["forward-number"] is None
    listed = other.api.ask("listVoiceSettings", query={"organization-id": str(other.district.uuid)}).json["data"]
    assert [each["id"] for each in listed] == [setting["id"]]
    again = {"account-id": str(other.pool.uuid), "phone-number": other.people.number.address}
    assert other.create("createVoiceSetting", "voice-settings", again).status_code == 409
    assert other.create("createVoiceSetting", "voice-settings", {**again, "phone-number": DUTY}).status_code == 400


def test_somebody_signs_on_and_is_rung(other: Other, setting: dict[str, Any]) -> None:
    office = StaffFactory(role=Role.OFFICE, schools=[other.people.school])
    db.session.commit()
    wanted = {"individual-id": str(office.uuid), "setting-id": setting["id"]}
    by_browser = other.made("createVoiceQueueAgent", "voice-queue-agents", wanted)
    assert by_browser["attributes"]["access-token"]
    assert other.create("createVoiceQueueAgent", "voice-queue-agents", {**wanted, "use-pstn": True}).status_code == 400
    by_phone = other.made("createVoiceQueueAgent", "voice-queue-agents", {**wanted, "use-pstn": True, "phone-number": DUTY})
    assert (by_phone["id"], by_phone["attributes"]["phone-number"]) == (by_browser["id"], DUTY)
    ivr(other, setting)
    assert DUTY in ivr(other, setting, Digits="1")
    listed = other.api.ask("listVoiceQueueAgents", query={"setting-id": setting["id"]}).json["data"]
    call = db.session.scalars(select(Call)).one()
    assert [each["attributes"]["call"] for each in listed] == [{"id": str(call.uuid)}]
    assert other.api.ask("getVoiceQueueAgent", id=by_phone["id"]).json["data"] == listed[0]
    refused = {**wanted, "individual-id": str(other.people.teacher.uuid)}
    assert other.create("createVoiceQueueAgent", "voice-queue-agents", refused).status_code == 403


def test_nobody_answers_the_families_of_another_school(other: Other, setting: dict[str, Any]) -> None:
    theirs = SchoolFactory(district_id=other.district.id)
    colleague, office = (StaffFactory(role=Role.OFFICE, schools=[each]) for each in (theirs, other.people.school))
    narrow = ApiClient(other.api.app, face, api_key(other.district.id, schools=[theirs]))
    other.people.number.school_id = other.people.school.id
    db.session.commit()
    wanted = {"individual-id": str(colleague.uuid), "setting-id": setting["id"], "use-pstn": True, "phone-number": DUTY}
    assert other.create("createVoiceQueueAgent", "voice-queue-agents", wanted).status_code == 404
    signed = other.made("createVoiceQueueAgent", "voice-queue-agents", {**wanted, "individual-id": str(office.uuid)})
    task = other.api.ask("runVoiceTask", {"method": "refresh_queue_entries"}, id=setting["id"]).json["data"]
    assert narrow.ask("listVoiceQueueAgents", query={"setting-id": setting["id"]}).status_code == 404
    for name, number in (("getVoiceSetting", setting), ("getVoiceQueueAgent", signed), ("getVoiceTask", task)):
        assert narrow.ask(name, id=number["id"]).status_code == 404
        assert other.api.ask(name, id=number["id"]).status_code == 200


class Switchboard:
    """A carrier that knows nobody any more."""

    def look_up(self, _number: str) -> None:
        from app.carrier.gateway import CarrierRefused

        raise CarrierRefused("20404", 404)


def test_a_task_clears_the_line_of_who_hung_up(other: Other, setting: dict[str, Any]) -> None:
    ivr(other, setting)
    ivr(other, setting, Digits="1")
    other.api.app.extensions["voice_carrier"] = Switchboard()
    task = other.api.ask("runVoiceTask", {"method": "refresh_queue_entries"}, id=setting["id"])
    assert task.status_code == 201, task.text
    shown = task.json["data"]["attributes"]
    assert (shown["state"], shown["result"], shown["setting"]) == ("completed", {"entries": 1, "ended": 1}, {"id": setting["id"]})
    assert other.api.ask("getVoiceTask", id=task.json["data"]["id"]).json["data"] == task.json["data"]
    assert other.api.ask("listVoiceQueueEntries", query={"setting-id": setting["id"]}).json["data"] == []


def test_a_message_is_read_with_its_words(other: Other, setting: dict[str, Any], stranger: Other) -> None:
    ivr(other, setting)
    ivr(other, setting, Digits="2")
    ivr(other, setting, RecordingSid="RE1", RecordingDuration="7")
    recording = db.session.scalars(select(Recording)).one()
    organization = {"organization-id": str(other.people.school.uuid)}
    listed = other.api.ask("listVoiceRecordings", query={**organization, "filter[states]": ["inprogress"]}).json["data"]
    shown = listed[0]["attributes"]
    assert (shown["phone-number"], shown["setting-id"], shown["transcription"]) == (CALLER, setting["id"], None)
    with transaction():
        row = db.session.get_one(Recording, recording.id)
        row.state, row.seconds = RecordingState.READY, 7.0
        words = [{"start": 0, "end": 7, "speaker": "", "words": "Mateo is ill."}]
        db.session.add(Transcript(district_id=row.district_id, recording_id=row.id, state=TranscriptState.READY, lines=words))
    got = other.api.ask("getVoiceRecording", id=str(recording.uuid)).json["data"]["attributes"]
    assert (got["state"], got["duration"], got["transcription"]) == ("completed", 7, "Mateo is ill.")
    mine = other.api.ask("listVoiceRecordings", query={**organization, "filter[setting-id]": setting["id"]}).json["data"]
    assert [each["id"] for each in mine] == [str(recording.uuid)]
    assert stranger.api.ask("getVoiceRecording", id=str(recording.uuid)).status_code == 404
    assert stranger.api.ask("listVoiceRecordings", query=organization).status_code == 404


def test_what_is_another_districts_is_unknown(other: Other, setting: dict[str, Any], stranger: Other) -> None:
    ivr(other, setting)
    call = db.session.scalars(select(Call)).one()
    for name in ("getVoiceSetting", "getVoiceTask", "getVoiceQueueAgent"):
        assert stranger.api.ask(name, id=setting["id"]).status_code == 404
    assert stranger.api.ask("getVoiceQueueEntry", id=str(call.uuid)).status_code == 404
    for name in ("listVoiceQueueAgents", "listVoiceQueueEntries"):
        assert stranger.api.ask(name, query={"setting-id": setting["id"]}).status_code == 404
    assert stranger.api.ask("runVoiceTask", {"method": "refresh_queue_entries"}, id=setting["id"]).status_code == 404
    assert stranger.api.ask("getIvrTwiml", {"CallSid": "CA9"}, id=setting["id"]).status_code == 404
    assert stranger.change("updateVoiceSetting", "voice-settings", setting["id"], {"wait-message": "Hi"}).status_code == 404
    assert other.api.ask("getIvrTwiml", {"CallSid": "CA9", "CallStatus": "ringing", "To": DUTY}, id=setting["id"]).status_code == 400
    assert other.api.ask("getIvrTwiml", {"hello": 1}, id=setting["id"]).status_code == 400


def test_key_three_is_a_wish_of_the_ledger_here_too(other: Other, setting: dict[str, Any]) -> None:
    phone = other.people.contact_point.address
    ivr(other, setting, From=phone)
    ivr(other, setting, From=phone, Digits="3")
    entry = db.session.scalars(select(Consent)).one()
    assert (entry.scope, entry.kind, db.session.scalars(select(DirectCall.outcome)).one()) == ("calls", "opted_out", "stopped")
