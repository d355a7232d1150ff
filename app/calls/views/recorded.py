"""Recordings: the page of one, a fresh link to its sound, what was said as a file, and the sound itself."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from app.accounts.current import asker, own_zone
from app.accounts.models import Staff
from app.accounts.permissions import Permission, public, requires, role_allows
from app.calls import links, queries_recordings
from app.calls.models import Recording
from app.calls.queries import call_visible_to
from app.calls.queries_recordings import recording_visible_to, words_visible_to
from app.calls.service import opening
from app.calls.service import recordings as service
from app.calls.subtitles import MIME, as_file
from app.calls.views.player import player_shown
from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.downloads import name_download
from app.core.errors import NotVisible
from app.core.files import FileGone
from app.core.htmx import comes_from_htmx
from app.live import queries as live

recorded = Blueprint("recordings", __name__, url_prefix="/recordings")
KIND = "audio/wav"


@recorded.get("/<int:recording_id>")
@requires(Permission.READ_CALLS)
def show(recording_id: int) -> ResponseReturnValue:
    """A recording of a call, to hear and to read."""
    words = words_visible_to(asker(), recording_id)
    if words.recording.kind == "voicemail":
        raise NotVisible
    call = call_visible_to(asker(), words.recording.call_id)
    may_act = role_allows(asker().role, Permission.MAKE_CALLS)
    goes_on = words.recording.seconds is None and not call.is_over
    live_from = live.newest_id()
    return render_template(
        "calls/recording.html", call=call, may_act=may_act, goes_on=goes_on, live_from=live_from, zone=own_zone(),
        people=queries_recordings.people_of(call), **player_shown(words, asker()),
    )  # fmt: skip


@recorded.get("/<int:recording_id>/link")
@requires(Permission.READ_CALLS)
def link(recording_id: int) -> Response:
    """A fresh address for a player whose own ran out."""
    made = links.page_link(recording_visible_to(asker(), recording_id), asker())
    return jsonify(url=made.url, expires_at=made.expires_at.isoformat())


@recorded.post("/<int:recording_id>/again")
@requires(Permission.MAKE_CALLS)
def again(recording_id: int) -> ResponseReturnValue:
    """Have one fetched again that could not be."""
    recording = service.ask_again(asker(), recording_id)
    if comes_from_htmx():
        return "", HTTPStatus.NO_CONTENT
    return redirect(_page_of(recording), HTTPStatus.SEE_OTHER)


@recorded.get("/<int:recording_id>/words.<any(vtt,srt,txt):ending>")
@requires(Permission.READ_CALLS)
def words(recording_id: int, ending: str) -> Response:
    """What was said, as subtitles or as text."""
    found = player_shown(words_visible_to(asker(), recording_id), asker())
    if not found["lines"]:
        raise NotVisible
    opening.note_read(asker(), found["recording"])
    response = Response(as_file(found["lines"], ending), mimetype=MIME[ending])
    name_download(response, "attachment", f"{_name_of(found['recording'])}.{ending}")
    return response


@recorded.get("/sound/<token>")
@public
def sound(token: str) -> ResponseReturnValue:
    """The sound, or the part of it that was asked for. Who is nobody, or somebody else, learns nothing: not even that it expired."""
    somebody: Any = asker()
    staff: Staff | None = somebody if somebody.is_authenticated else None
    number = links.read(token, staff)
    if staff is None:
        raise NotVisible
    return _heard(staff, number)


@recorded.get("/open/<token>")
@public
def opened(token: str) -> ResponseReturnValue:
    """The same for a system that was given the address, as long as whoever it acts for may hear it."""
    number, staff_id = links.read_open(token)
    staff = db.session.get(Staff, staff_id)
    if staff is None or not staff.is_active:
        raise NotVisible
    return _heard(staff, number)


def _heard(staff: Staff, number: int) -> Response:
    recording = recording_visible_to(staff, number)
    if recording.file_key is None:
        raise FileGone
    key, name = recording.file_key, f"{_name_of(recording)}.wav"
    if request.method == "GET" and _is_beginning():
        opening.note_opened(staff, recording)
    release_connection()
    return _served(key, name, is_download="download" in request.args)


def _is_beginning() -> bool:
    """Whether the first byte is asked for: players fetch the rest in parts."""
    parts = request.range.ranges if request.range is not None else []
    return not parts or any(first == 0 for first, _end in parts)


def _served(key: str, name: str, *, is_download: bool) -> Response:
    store = file_store()
    length = store.size(key)
    if request.method == "HEAD":
        response = Response(mimetype=KIND)
    else:
        response = Response(wrap_file(request.environ, store.open(key)), mimetype=KIND, direct_passthrough=True)
    response.content_length = length
    name_download(response, "attachment" if is_download else "inline", name)
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    return response


def _name_of(recording: Recording) -> str:
    return f"{'voicemail' if recording.kind == 'voicemail' else 'call'}-{recording.created_at:%Y-%m-%d}-{recording.id}"


def _page_of(recording: Recording) -> str:
    return "/voicemail" if recording.kind == "voicemail" else url_for(".show", recording_id=recording.id)
