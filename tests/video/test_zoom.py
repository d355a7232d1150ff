"""Zoom's Video SDK: the tokens it takes, what it tells, and that a session ends there as well."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from flask import Flask, Response, request
from flask.testing import FlaskClient

from app.accounts.models import Staff
from app.config import Settings, SettingsRefused, read_settings
from app.core.clock import now
from app.core.database import db
from app.video import queries, service
from app.video.errors import NotFromZoom, ZoomNotSetUp
from app.video.models import Provider, VideoCall, VideoState
from app.video.service import Plan, zoom_ends
from app.video.tokens import token_for
from tests.conftest import settings_for
from tests.delivery.house import listening
from tests.factories import StaffFactory
from tests.servers import free_port

SECRET = "of the event subscription"
KEYS = {"video": "zoom", "zoom_sdk_key": "key", "zoom_sdk_secret": "s" * 32, "zoom_webhook_secret": SECRET}


class Zoom:
    """The end of its API that we ask, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, dict[str, Any]]] = []
        self.status = 204
        self.broken: dict[str, int] = {}
        self.app = Flask("zoom")
        self.app.put("/v2/videosdk/sessions/<path:session>/status")(self.end)

    def end(self, session: str) -> Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.asked.append((request.path, request.json, jwt.decode(token, "t" * 32, algorithms=["HS256"])))
        return Response(status=self.broken.get(session, self.status))


@pytest.fixture
def zoom() -> Iterator[tuple[Zoom, int]]:
    it, port = Zoom(), free_port()
    with listening(it.app, port):
        yield it, port


@pytest.fixture
def settings(settings: Settings, zoom: tuple[Zoom, int]) -> Settings:
    api = {"zoom_api_key": "api", "zoom_api_secret": "t" * 32, "zoom_api_url": f"http://127.0.0.1:{zoom[1]}/v2"}
    return settings_for(settings.data, **KEYS, **api)


@pytest.fixture
def call(app: Flask) -> VideoCall:
    staff = StaffFactory(role="district_admin")
    db.session.commit()
    return service.create(staff, Plan(session_name="Tutoring", provider=service.provider_of_systems(), wants_recording=True))


def tell(event: str, about: dict[str, Any] | None = None, *, secret: str = SECRET, at: float = 0, **payload: Any) -> dict[str, str]:
    body = json.dumps(
        {"event": event, "event_ts": int(now().timestamp() * 1000), "payload": {**payload, **({"object": about} if about else {})}}
    )
    stamp = str(int(now().timestamp() + at))
    sign = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    answer = service.receive_zoom(body.encode(), timestamp=stamp, signature=sign)
    db.session.expire_all()
    return answer


def test_a_token_is_as_the_sdk_wants_it(call: VideoCall) -> None:
    host, guest = queries.host_of(call), service.add_participant(StaffFactory._meta.model.query.first(), call.id, "Ana")  # type: ignore[attr-defined]
    claims = jwt.decode(token_for(call, host), KEYS["zoom_sdk_secret"], algorithms=["HS256"])
    assert {key: claims[key] for key in ("app_key", "role_type", "tpc", "version", "session_key", "user_identity")} == {
        "app_key": "key", "role_type": 1, "tpc": "Tutoring", "version": 1, "session_key": str(call.uuid), "user_identity": host.uuid.hex,
    }  # fmt: skip
    assert claims["cloud_recording_option"] == 1
    assert 1800 <= claims["exp"] - claims["iat"] <= 48 * 3600
    theirs = jwt.decode(token_for(call, guest), KEYS["zoom_sdk_secret"], algorithms=["HS256"])
    assert (theirs["role_type"], "cloud_recording_option" in theirs) == (0, False)
    assert len(claims["user_identity"]) <= 35
    assert len(claims["session_key"]) <= 36


def test_the_address_is_validated(call: VideoCall) -> None:
    answer = tell("endpoint.url_validation", plainToken="qgg8vlvZRS6UYooatFL8Aw")
    assert answer == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": hmac.new(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest(),
    }


def test_what_zoom_did_not_sign_is_not_believed(call: VideoCall, app: Flask) -> None:
    for wrong in ({"secret": "another"}, {"at": -301}, {"at": 301}):
        with pytest.raises(NotFromZoom):
            tell("session.ended", {"session_key": str(call.uuid)}, **wrong)
    with pytest.raises(NotFromZoom):
        service.receive_zoom(b"{", timestamp="x", signature="ü")
    assert db.session.get_one(VideoCall, call.id).state == VideoState.PENDING
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"zoom_webhook_secret": ""})
    with pytest.raises(ZoomNotSetUp):
        tell("session.ended")


def test_a_session_is_followed_to_its_recordings(call: VideoCall) -> None:
    about = {"id": "JZiFOknTQ4yH/tJgaUTlkg==", "session_name": "Tutoring", "session_key": str(call.uuid)}
    began, host = now(), queries.host_of(call)
    tell("session.started", {**about, "start_time": began.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert (call.state, call.provider_id, call.provider_status) == (VideoState.STARTED, about["id"], "started")
    tell("session.user_joined", {**about, "user": {"id": "16778240", "name": "Host", "user_key": host.uuid.hex}})
    assert queries.host_of(call).joined_at is not None
    ended = (began + timedelta(minutes=9)).replace(microsecond=0)
    tell("session.ended", {**about, "end_time": ended.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert (call.state, call.ended_at) == (VideoState.ENDED, ended)
    file = {
        "id": "35497738-9fef-4f8a-97db-0ec34caef065", "status": "completed", "file_type": "MP4", "file_size": 246560,
        "recording_start": "2026-03-23T22:14:57Z", "recording_end": "2026-03-23T23:15:41Z",
        "download_url": "https://file-paa.zoom.us/rec/download/abc",
    }  # fmt: skip
    for _twice in range(2):
        tell("session.recording_completed", {**about, "recording_files": [file, {"id": ""}, "nonsense"]})
    (kept,) = queries.recordings_of(call)
    assert (kept.file_type, kept.size, kept.seconds, kept.url) == ("MP4", 246560, 3644, file["download_url"])
    tell("session.started", {**about, "start_time": "2020-01-01T00:00:00Z"})  # late news opens nothing again
    assert call.state == VideoState.ENDED


def test_news_of_sessions_that_are_not_ours_and_odd_values_are_no_error(call: VideoCall) -> None:
    assert tell("session.ended", {"session_key": "of somebody else", "id": "x"}) == {}
    assert tell("session.ended", {"id": ["x"]}) == {}
    assert tell("session.started", {"session_key": str(call.uuid), "start_time": "soon", "id": 3}) == {}
    assert tell("session.user_left", {"session_key": str(call.uuid), "user": {"user_key": "x"}}) == {}
    assert tell("session.whatever") == {}


def test_when_time_is_up_the_session_ends_at_zoom_too(call: VideoCall, zoom: tuple[Zoom, int]) -> None:
    tell("session.started", {"id": "a/b==", "session_key": str(call.uuid)})
    with time_machine.travel(now() + timedelta(minutes=61)):
        service.expire_due()
        assert db.session.get_one(VideoCall, call.id).state == VideoState.EXPIRED
        zoom[0].status = 503
        assert (service.end_at_zoom(), service.end_at_zoom()) == (0, 0)  # put off for a moment
        zoom[0].status = 204
    with time_machine.travel(now() + timedelta(minutes=62)):
        assert (service.end_at_zoom(), service.end_at_zoom()) == (1, 0)
    path, body, claims = zoom[0].asked[-1]
    assert (body, claims["iss"], len(zoom[0].asked)) == ({"action": "end"}, "api", 2)
    assert "a%2Fb" in path
    tell("session.ended", {"id": "a/b==", "session_key": str(call.uuid)})  # ending what has expired is no error
    assert db.session.get_one(VideoCall, call.id).state == VideoState.EXPIRED


def test_a_session_that_zoom_does_not_end_keeps_no_other_waiting(
    call: VideoCall, zoom: tuple[Zoom, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoom_ends, "AT_ONCE", 1)
    staff = db.session.get_one(Staff, call.staff_id)
    calls = [call, *(service.create(staff, Plan(session_name=f"Lesson {n}", provider=Provider.ZOOM)) for n in range(2))]
    for number, each in enumerate(calls):
        tell("session.started", {"id": f"session{number}", "session_key": str(each.uuid)})
        service.end(staff, each.id)
    zoom[0].broken = {"session0": 500}
    with time_machine.travel(now(), tick=False) as clock:
        assert sum(service.end_at_zoom() for _round in range(4)) == 2
        pauses = []
        for _try in range(12):
            again = db.session.get_one(VideoCall, call.id, populate_existing=True).provider_due_at
            assert again is not None
            pauses.append((again - now()).total_seconds())
            clock.move_to(again)
            service.end_at_zoom()
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1]) == (5, 3600)
        zoom[0].broken = {"session0": 404}  # there is none any more: what was wanted is true
        clock.shift(timedelta(hours=1))
        assert (service.end_at_zoom(), service.end_at_zoom()) == (1, 0)


def test_what_zoom_ended_itself_is_not_ended_again_but_a_further_session_is(call: VideoCall, zoom: tuple[Zoom, int]) -> None:
    about = {"id": "first", "session_key": str(call.uuid)}
    tell("session.started", about)
    tell("session.ended", about)
    assert (service.end_at_zoom(), zoom[0].asked) == (0, [])
    tell("session.started", {**about, "id": "second"})  # by a token that is still good
    tell("session.ended", about)  # once more, and late
    assert (service.end_at_zoom(), [path for path, *_rest in zoom[0].asked]) == (1, ["/v2/videosdk/sessions/second/status"])


def test_half_an_account_is_refused_at_the_start() -> None:
    for wrong in ({"VIDEO": "zoom"}, {"ZOOM_API_KEY": "x"}, {"VIDEO_TURN": "turn:x"}, {"VIDEO_STUN": "https://x"}):
        with pytest.raises(SettingsRefused):
            read_settings({"SECRET_KEY": "x" * 20, **wrong})
    assert read_settings({"SECRET_KEY": "x" * 20, "VIDEO_STUN": "stun:a, stun:b"}).video_stun == ("stun:a", "stun:b")


def test_pages_of_staff_begin_calls_of_the_house_whatever_carries_the_others(call: VideoCall, client: FlaskClient) -> None:
    assert (call.provider, Plan().provider) == (Provider.ZOOM, Provider.EMBEDDED)
    assert client.get(f"/video/{call.id}").status_code == 303
