"""Video calls that programs begin, and what their provider tells of them."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.accounts.models import BearerType
from app.config import Settings
from app.core.clock import now
from app.core.database import db
from app.video import service as room
from app.video.models import VideoCall
from app.video.tokens import seat_of
from tests.api.common_services.programs import HOOK, Program, program
from tests.conftest import settings_for
from tests.factories import family
from tests.factories.threads import Family

SECRET = "of the event subscription"
STATUS = "video_calls.video_call.status_update"


@pytest.fixture
def people(app: Flask) -> Family:
    return family()


def wish(**more: Any) -> dict[str, Any]:
    return {"video_call": {"session_name": "About Mateo", "host_username": "Ms. Lee", **more}}


def test_a_video_call_until_its_time_is_up(app: Flask, people: Family) -> None:
    sis = program(app, people)
    sis.text(people.contact_point.address)
    made = sis.ask("createVideoCall", wish(client_conversation_id="c-1", maximum_call_length=30), 201)
    assert (made["internal_status"], made["maximum_call_length"], made["client_conversation_id"]) == ("pending", 30, "c-1")
    assert seat_of(made["host_token"]) is not None
    key = made["shunkan_ido_session_key"]
    guest = {"participant": {"session_key": key, "username": "Rosa"}}
    added = sis.ask("createVideoCallParticipant", guest, 201)
    seat = seat_of(added["token_signature"])
    assert seat is not None
    assert (str(seat.call), str(seat.participant), added["is_host"]) == (key, added["shunkan_ido_user_key"], False)
    shown = sis.ask("getVideoCall", session_key=key)
    assert [(one["username"], one["is_host"]) for one in shown["video_call_participants"]] == [("Ms. Lee", True), ("Rosa", False)]
    assert db.session.query(VideoCall).one().conversation_id is not None
    for other in (program(app, people), program(app, family(), BearerType.ADMIN)):
        other.ask("getVideoCall", session_key=key, status=404)
        other.ask("createVideoCallParticipant", guest, 404)
    program(app, people, BearerType.ADMIN).ask("getVideoCall", session_key=key)
    for wrong in ({"callback_url": "http://10.0.0.1/"}, {"global_id": key}, {"maximum_call_length": 121}):
        sis.ask("createVideoCall", wish(**wrong), 422)
    program(app, people, scopes=["read_texts"]).ask("createVideoCall", wish(), 403)
    db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=31)):
        room.expire_due()
        db.session.expire_all()
        sis.ask("createVideoCallParticipant", guest, 409)
        assert sis.ask("getVideoCall", session_key=key)["internal_status"] == "expired"
    told = [(kind, url, payload["internal_status"]) for kind, url, payload in sis.told()]
    assert told == [(STATUS, HOOK, "pending"), (STATUS, HOOK, "expired")]
    assert sis.ask("createVideoCall", wish(), 201)["client_conversation_id"] is None


def test_what_nobody_signed_is_not_believed(app: Flask, people: Family) -> None:
    sis = program(app, people)
    body = {"event": "session.ended", "event_ts": 1, "payload": {}}
    assert sis.ask("receiveZoomWebhook", body, 403)["error"]["code"] == "zoom_not_set_up"


@pytest.mark.own_app
class TestWithZoom:
    """The provider is set up."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings_for(settings.data, video="zoom", zoom_sdk_key="key", zoom_sdk_secret="s" * 32, zoom_webhook_secret=SECRET)

    def tells(self, sis: Program, event: str, status: int = 200, secret: str = SECRET, **payload: Any) -> Any:
        body = {"event": event, "event_ts": int(now().timestamp() * 1000), "payload": payload}
        stamp = str(int(now().timestamp()))
        signed = hmac.new(secret.encode(), f"v0:{stamp}:{json.dumps(body)}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}
        db.session.commit()
        return sis.ask("receiveZoomWebhook", body, status, headers=headers)

    def test_what_zoom_tells_becomes_news(self, app: Flask, people: Family) -> None:
        sis = program(app, people)
        made = sis.ask("createVideoCall", wish(callback_url="https://sis.example.test/video"), 201)
        key = made["shunkan_ido_session_key"]
        pair = self.tells(sis, "endpoint.url_validation", plainToken="abc")
        assert pair["encryptedToken"] == hmac.new(SECRET.encode(), b"abc", hashlib.sha256).hexdigest()
        self.tells(sis, "session.started", 403, secret="another", object={"session_key": key})
        assert self.tells(sis, "session.started", object={"session_key": key, "id": "z/1"}) == {}
        files = [{"id": "r1", "file_type": "MP4", "download_url": "https://zoom.us/r1", "status": "completed"}]
        self.tells(sis, "session.recording_completed", object={"session_key": key, "recording_files": files})
        self.tells(sis, "session.ended", object={"session_key": key})
        self.tells(sis, "session.ended", object={"session_key": key})
        told = sis.told()
        assert {(kind, url) for kind, url, _payload in told} == {(STATUS, "https://sis.example.test/video")}
        assert [payload["internal_status"] for _k, _u, payload in told][:2] == ["pending", "started"]
        assert told[-1][2]["internal_status"] == "ended"
        assert told[-1][2]["video_call_recordings"][0]["recording_url"] == "https://zoom.us/r1"
