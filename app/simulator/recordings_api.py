"""The carrier's Recordings of calls and conferences, their sound files and texts, and transcripts made while people speak."""

from typing import Any

from flask import Blueprint, Response, request, send_file

from app.simulator import calls, listenings, meetings, speech, tape_files, tapes, transcriptions
from app.simulator.calls_api import call_of
from app.simulator.listenings import Listening
from app.simulator.messages_api import only_for_the_account
from app.simulator.parts import simulator
from app.simulator.refusals import refuse
from app.simulator.tapes import Tape
from app.simulator.transcriptions import Transcription
from app.simulator.wire import answer, mail_date, older_page, page_size, page_token

MARK = "PARE"
CURRENT = "Twilio.CURRENT"

api = Blueprint("recordings_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)


@api.get("/Recordings.json")
@api.get("/Calls/<call_sid>/Recordings.json")
@api.get("/Conferences/<conference_sid>/Recordings.json")
def listing(call_sid: str = "", conference_sid: str = "") -> Response:
    """The newest recordings, by CallSid and ConferenceSid."""
    call_sid, conference_sid = call_sid or request.args.get("CallSid", ""), conference_sid or request.args.get("ConferenceSid", "")
    with simulator().storage.reading() as connection:
        call = calls.by_sid(connection, call_sid) if call_sid else None
        conference = meetings.by_sid(connection, conference_sid) if conference_sid else None
        if (call_sid and call is None) or (conference_sid and conference is None):
            rows = []
        else:
            rows = tapes.matching(
                connection, call_id=call.id if call else None, conference_id=conference.id if conference else None,
                before=page_token(MARK), limit=page_size() + 1,
            )  # fmt: skip
    return older_page(rows, "recordings", lambda tape: f"{MARK}{tape.id}", shown)


@api.post("/Calls/<call_sid>/Recordings.json")
def start(call_sid: str) -> Response:
    """Record a call in progress."""
    call = call_of(call_sid)
    if call.is_over or call.answered is None:
        raise refuse(21220)
    events = " ".join(request.form.getlist("RecordingStatusCallbackEvent")) or "completed"
    with simulator().exchange.board() as board:
        tape = tapes.start(
            board, call, source="StartCallRecordingAPI", callback=request.form.get("RecordingStatusCallback", ""), events=events
        )
    return answer(shown(tape), 201)


@api.post("/Calls/<call_sid>/Recordings/<sid>.json")
@api.post("/Conferences/<conference_sid>/Recordings/<sid>.json")
def change(sid: str, call_sid: str = "", conference_sid: str = "") -> Response:
    """Pause it, go on, or stop it: Status=paused, in-progress or stopped."""
    with simulator().exchange.board() as board:
        call = calls.by_sid(board.connection, call_sid)
        conference = meetings.by_sid(board.connection, conference_sid)
        owner = (call.id if call else None, conference.id if conference else None)
        tape = _current(board.connection, *owner) if sid == CURRENT else tapes.by_sid(board.connection, sid)
        if tape is None or (tape.call_id != owner[0] and tape.conference_id != owner[1]):
            raise refuse(20404, path=request.path)
        _change(board, tape, request.form.get("Status", ""))
        fresh = tapes.by_id(board.connection, tape.id)
    return answer(shown(fresh or tape))


def _change(board: Any, tape: Tape, wanted: str) -> None:
    if tape.status not in {tapes.RUNNING, tapes.PAUSED}:
        raise refuse(21220)
    if wanted == "paused":
        if tape.status == tapes.RUNNING:
            tapes.pause(board, tape)
    elif wanted == "in-progress":
        if tape.status == tapes.PAUSED:
            tapes.go_on(board, tape)
    elif wanted == "stopped":
        tapes.stop(board, tape)
    else:
        raise refuse(20001, what="Status is paused, in-progress or stopped")


def _current(connection: Any, call_id: int | None, conference_id: int | None) -> Tape | None:
    found = tapes.matching(connection, call_id=call_id, conference_id=conference_id, limit=20)
    return next((tape for tape in found if tape.status in {tapes.RUNNING, tapes.PAUSED}), None)


@api.get("/Recordings/<sid>.json")
def one(sid: str) -> Response:
    """One recording."""
    return answer(shown(_tape(sid)))


@api.get("/Recordings/<sid>")
@api.get("/Recordings/<sid>.wav")
def sound(sid: str) -> Response:
    """Its sound file."""
    tape = _tape(sid)
    path = tape_files.path_of(simulator().settings, tape.sid)
    if tape.status != tapes.READY or not path.exists():
        raise refuse(20404, path=request.path)
    return send_file(path, mimetype="audio/x-wav", conditional=True)


@api.delete("/Recordings/<sid>.json")
def delete(sid: str) -> Response:
    """Forget it."""
    tape = _tape(sid)
    tape_files.path_of(simulator().settings, tape.sid).unlink(missing_ok=True)
    with simulator().exchange.board() as board:
        tapes.forget(board, tape)
    return Response(status=204)


@api.get("/Recordings/<sid>/Transcriptions.json")
def texts(sid: str) -> Response:
    """The texts of a recording."""
    tape = _tape(sid)
    with simulator().storage.reading() as connection:
        rows = transcriptions.of_tape(connection, tape.id)
    return older_page(rows, "transcriptions", lambda one: f"{MARK}{one.id}", lambda one: shown_text(tape, one))


@api.post("/Calls/<call_sid>/Transcriptions.json")
def listen(call_sid: str) -> Response:
    """Make text of what the person on a call says from now on."""
    call, form = call_of(call_sid), request.form
    if call.is_over or call.answered is None:
        raise refuse(21220)
    with simulator().exchange.board() as board:
        listening = speech.write_down(
            board, call, callback=form.get("StatusCallbackUrl", ""), label=form.get("InboundTrackLabel", ""),
            language=form.get("LanguageCode", ""),
        )  # fmt: skip
    return answer(_shown_listening(listening, call.sid), 201)


@api.post("/Calls/<call_sid>/Transcriptions/<sid>.json")
def listen_no_more(call_sid: str, sid: str) -> Response:
    """Status=stopped."""
    call = call_of(call_sid)
    with simulator().exchange.board() as board:
        listening = listenings.by_sid(board.connection, sid)
        if listening is None or listening.call_id != call.id or listening.status != listenings.RUNNING:
            raise refuse(20404, path=request.path)
        listenings.stop(board.connection, listening)
        speech.tell_of_words(board, call, listening, "transcription-stopped")
        fresh = listenings.by_sid(board.connection, sid) or listening
    return answer(_shown_listening(fresh, call.sid))


def _tape(sid: str) -> Tape:
    with simulator().storage.reading() as connection:
        tape = tapes.by_sid(connection, sid)
    if tape is None:
        raise refuse(20404, path=request.path)
    return tape


def shown(tape: Tape) -> dict[str, Any]:
    """A recording in the carrier's words."""
    account = simulator().settings.account_sid
    with simulator().storage.reading() as connection:
        call = calls.by_id(connection, tape.call_id or 0)
        conference = meetings.by_id(connection, tape.conference_id) if tape.conference_id is not None else None
    uri = f"/2010-04-01/Accounts/{account}/Recordings/{tape.sid}"
    return {
        "account_sid": account, "api_version": "2010-04-01", "sid": tape.sid, "status": tape.status, "source": tape.source, "channels": 1,
        "call_sid": call.sid if call else None, "conference_sid": conference.sid if conference else None, "track": "both",
        "duration": str(tape.seconds) if tape.seconds is not None else "-1", "error_code": None, "encryption_details": None,
        "price": None, "price_unit": "USD", "start_time": mail_date(tape.created), "date_created": mail_date(tape.created),
        "date_updated": mail_date(tape.updated), "uri": f"{uri}.json", "media_url": simulator().settings.public_url + uri,
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
    }  # fmt: skip


def shown_text(tape: Tape, text: Transcription) -> dict[str, Any]:
    """The text of a recording in the carrier's words."""
    account = simulator().settings.account_sid
    return {
        "account_sid": account, "api_version": "2010-04-01", "sid": text.sid, "recording_sid": tape.sid, "status": text.status,
        "transcription_text": text.words, "type": "fast", "duration": str(tape.seconds or 0), "price": None, "price_unit": "USD",
        "date_created": mail_date(text.created), "date_updated": mail_date(text.created),
        "uri": f"/2010-04-01/Accounts/{account}/Transcriptions/{text.sid}.json",
    }  # fmt: skip


def _shown_listening(listening: Listening, call_sid: str) -> dict[str, Any]:
    account = simulator().settings.account_sid
    return {
        "sid": listening.sid, "account_sid": account, "call_sid": call_sid, "name": None, "status": listening.status,
        "date_updated": mail_date(listening.created),
        "uri": f"/2010-04-01/Accounts/{account}/Calls/{call_sid}/Transcriptions/{listening.sid}.json",
    }  # fmt: skip
