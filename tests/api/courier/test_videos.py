"""Video calls through this face: opened, scheduled, joined, changed and ended, and what a stranger or a narrow key is told."""

from datetime import timedelta
from uuid import UUID, uuid4

import time_machine
from flask import Flask

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.video import queries, service
from app.video.models import Provider, VideoCall, VideoRecording, VideoState
from app.video.service import Media
from app.video.tokens import seat_of
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.factories import PhoneNumberFactory, StaffFactory


def opened(here: CourierHouse, **more: object) -> dict:
    """A call of the district's program with the guardian and the teacher."""
    people = here.family
    values = {"organization-id": str(people.school.uuid), "participants": [str(people.guardian.uuid), str(people.teacher.uuid)]} | more
    answer = here.client.ask("createVideoChannel", sent("video-channels", values))
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def house(app: Flask) -> CourierHouse:
    here = courier_house(app)
    PhoneNumberFactory(district_id=here.family.school.district_id, school_id=here.family.school.id)
    db.session.commit()
    return here


def test_a_call_is_opened_joined_followed_and_ended(app: Flask, school_time: time_machine.Traveller) -> None:
    here = house(app)
    guardian, teacher = here.family.guardian, here.family.teacher
    call = opened(here, appless=True)
    shown, number = call["attributes"], call["id"]
    assert (shown["channel-state"], shown["type"], shown["appless"], shown["max-participants"]) == ("open", "group", True, 6)
    assert {each["individual-id"] for each in shown["participants"]} == {
        str(guardian.uuid), str(teacher.uuid), str(here.program.uuid),
    }  # fmt: skip
    (text,) = db.session.query(Delivery)
    assert "/v/" in text.content.body
    theirs = here.client.ask("getVideoCredentials", id=number, query={"individual-id": str(guardian.uuid)})
    seat = seat_of(theirs.json["access-token"])
    assert seat is not None
    assert (theirs.status_code, str(seat.call)) == (200, number)
    own = here.teacher.ask("getVideoCredentials", id=number, query={"individual-id": str(teacher.uuid)}).json["access-token"]
    service.enter(seat_of(own), "t", Media())
    assert service.enter(seat, "g", Media())[1].waiting_since is not None
    listed = {"individual-id": str(teacher.uuid), "page[limit]": 10, "page[offset]": 0, "video-channel-id": number}
    people = here.teacher.ask("listVideoParticipants", query=listed).json["data"]
    assert {each["attributes"]["status"] for each in people} == {"pending", "connected", "waiting"}
    me = next(each["id"] for each in people if each["attributes"]["status"] == "connected")
    quiet = {"participants": [{"id": me, "audio-state": "muted"}]}
    assert here.client.ask("setParticipantAudioStates", quiet, id=number).status_code == 201
    one = here.client.ask("getVideoParticipant", id=me).json["data"]["attributes"]
    assert (one["audio-state"], one["last-modified-by"], one["disconnected"]) == ("muted", str(here.program.uuid), False)
    out = sent("video-participants", {"disconnected": True, "note": "Called away"}, me)
    one = here.client.ask("updateVideoParticipant", out, id=me).json["data"]["attributes"]
    assert (one["status"], one["note"], one["disconnected"]) == ("removed", "Called away", True)
    changed = here.client.ask("updateVideoChannel", sent("video-channels", {"note": "Went well"}, number), id=number)
    assert changed.json["data"]["attributes"]["note"] == "Went well"
    late = sent("video-channels", {"appointment-duration": 30}, number)
    assert here.client.ask("updateVideoChannel", late, id=number).status_code == 409
    school_time.shift(timedelta(minutes=5))
    ended = here.client.ask("terminateVideoChannel", {}, id=number).json["data"]["attributes"]
    assert ended["channel-state"] == "terminated"
    assert 300 <= ended["duration"] < 400
    assert here.client.ask("terminateVideoChannel", {}, id=number).status_code == 201
    out = {"individual-id": str(teacher.uuid)}
    assert here.teacher.ask("getVideoCredentials", id=number, query=out).status_code == 404, "who was taken out finds it no more"
    gone = {"individual-id": str(here.program.uuid)}
    assert here.client.ask("getVideoCredentials", id=number, query=gone).status_code == 409
    found = here.client.ask("listVideoChannels", query=gone | {"filter[states]": ["terminated"]}).json
    assert [each["id"] for each in found["data"]] == [number]
    assert here.client.ask("listVideoChannels", query=gone | {"filter[states]": ["open", "scheduled"]}).json["data"] == []


def test_a_call_is_scheduled_moved_and_its_guests_reminded(app: Flask, school_time: time_machine.Traveller) -> None:
    here = house(app)
    begins = (now() + timedelta(hours=1)).replace(microsecond=0)
    call = opened(here, appless=True, appointment={"start": begins.isoformat(), "duration": 45})
    assert call["attributes"]["channel-state"] == "scheduled"
    assert call["attributes"]["appointment"]["duration"] == 45
    assert db.session.query(Delivery).count() == 0
    later = begins + timedelta(hours=1)
    moved = sent("video-channels", {"appointment-start": later.isoformat(), "appointment-duration": 30}, call["id"])
    shown = here.client.ask("updateVideoChannel", moved, id=call["id"]).json["data"]["attributes"]
    assert (shown["appointment"]["start"], shown["appointment"]["duration"]) == (later.isoformat(), 30)
    assert here.client.ask("startReminderTimer", {}, id=call["id"]).status_code == 201
    school_time.shift(timedelta(hours=1, minutes=51))
    service.remind_due()
    assert db.session.query(Delivery).count() == 1
    wrong = sent("video-channels", {"appointment-start": "soon"}, call["id"])
    assert here.client.ask("updateVideoChannel", wrong, id=call["id"]).status_code == 400
    plain = opened(here)
    assert here.client.ask("startReminderTimer", {}, id=plain["id"]).status_code == 409


def test_recordings_are_listed_as_compositions(app: Flask) -> None:
    here = house(app)
    number = opened(here)["id"]
    call = db.session.query(VideoCall).filter_by(uuid=UUID(number)).one()
    file = VideoRecording(district_id=call.district_id, video_call_id=call.id, provider_id="z", file_type="MP4", size=9, seconds=60)
    db.session.add(file)
    db.session.commit()
    (one,) = here.client.ask("listVideoCompositions", query={"video-channel-id": number}).json["data"]
    assert (one["attributes"]["status"], one["attributes"]["processing-pct"], one["attributes"]["duration"]) == ("ready", 100, 60)
    assert here.client.ask("getVideoComposition", id=one["id"]).json["data"] == one
    assert len(here.client.ask("getVideoChannel", id=number).json["data"]["attributes"]["compositions"]) == 1


def test_what_the_house_does_not_do_is_refused_with_the_reason(app: Flask) -> None:
    here = house(app)
    base = {"organization-id": str(here.family.school.uuid), "participants": [str(here.family.guardian.uuid)]}
    for more in (
        {"with-email": True},
        {"recorded": True},
        {"appointment": {"duration": 121}},
        {"appointment": {"start": "9999-12-31T23:59:59Z"}},
        {"appointment": {"start": "0001-01-01T00:00:00+14:00"}},
    ):
        answer = here.client.ask("createVideoChannel", sent("video-channels", base | more))
        assert answer.status_code == 400, more
        assert len(answer.json["errors"][0]["detail"]) > 20
    assert db.session.query(VideoCall).count() == 0
    assert here.client.ask("finalizeEncounter", {}, id=str(uuid4())).status_code == 501


def test_strangers_viewers_and_narrow_keys_find_or_do_nothing(app: Flask) -> None:
    here = house(app)
    call = opened(here)
    number, place = call["id"], call["attributes"]["participants"][0]["id"]
    elsewhere = courier_house(app)
    next_door = here.of(StaffFactory(role=Role.TEACHER, schools=[here.family.school]))
    for client in (elsewhere.client, next_door):
        own = {"individual-id": str(elsewhere.program.uuid if client is elsewhere.client else uuid4())}
        for name in ("getVideoChannel", "getVideoParticipant"):
            assert client.ask(name, id=number if name == "getVideoChannel" else place).status_code == 404
        assert client.ask("terminateVideoChannel", {}, id=number).status_code == 404
        assert client.ask("getVideoCredentials", id=number, query=own).status_code == 404
        change = sent("video-participants", {"disconnected": True}, place)
        assert client.ask("updateVideoParticipant", change, id=place).status_code == 404
        assert client.ask("listVideoCompositions", query={"video-channel-id": number}).status_code == 404
    viewer = here.of(StaffFactory(role=Role.VIEWER, schools=[here.family.school]))
    base = {"organization-id": str(here.family.school.uuid), "participants": [str(here.family.guardian.uuid)]}
    assert viewer.ask("createVideoChannel", sent("video-channels", base)).status_code == 403
    assert here.with_scopes(Scope.READ_TEXTS).ask("getVideoChannel", id=number).status_code == 403
    assert db.session.query(VideoCall).one().state == VideoState.PENDING


def test_a_guardian_who_may_not_be_contacted_is_not_texted(app: Flask) -> None:
    here = house(app)
    here.family.contact_point.opted_out_at = now()
    db.session.commit()
    call = opened(here, appless=True)
    assert db.session.query(Delivery).count() == 0
    kept = queries.call_by_key(here.program, UUID(call["id"]))
    assert kept.provider == Provider.EMBEDDED
    statuses = {each["individual-id"]: each["status"] for each in call["attributes"]["participants"]}
    assert statuses[str(here.family.guardian.uuid)] == "pending"
