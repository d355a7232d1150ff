"""A caller spoke after the beep: the message, its place in the list, and its line in the family's thread."""

from collections.abc import Sequence

from sqlalchemy import select

from app.calls.events import RecordingChanged, VoicemailLeft
from app.calls.models import Call, DirectCall, Recording, RecordingState, Transcript, TranscriptState
from app.conversations.errors import NoFreeNumber
from app.conversations.events import MessageChanged
from app.conversations.models import Conversation, Message
from app.conversations.queries_reach import children_of
from app.conversations.service import inbox_row, timeline
from app.conversations.service.lines import direct_line, subtitle_for
from app.core.database import db, open_events
from app.core.events import within
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.directory.models import ContactPoint, District, Guardian, School, Student
from app.directory.timeline import MomentKind
from app.voicemail.events import VoicemailChanged
from app.voicemail.models import Voicemail

LONGEST_PREVIEW = 200
LONGEST_SEARCH = 60_000


@within(VoicemailLeft)
def receive(fact: VoicemailLeft) -> Voicemail:
    """Keep it; told twice it is one. Belongs into a transaction."""
    known = db.session.scalar(select(Voicemail).where(Voicemail.recording_id == fact.recording_id))
    if known is not None:
        return known
    recording = db.session.get_one(Recording, fact.recording_id)
    call, line = db.session.get_one(Call, fact.call_id), db.session.get_one(DirectCall, fact.call_id)
    guardian = db.session.get(Guardian, call.guardian_id) if call.guardian_id else None
    children = _children_of(call.guardian_id)
    at_school = [child for child in children if child.school_id == call.school_id] or children
    home = db.session.get_one(District, fact.district_id).language
    row = Voicemail(
        district_id=fact.district_id, school_id=call.school_id, staff_id=call.staff_id, guardian_id=call.guardian_id,
        contact_point_id=line.contact_point_id, phone_number_id=call.phone_number_id, recording_id=recording.id, call_id=call.id,
        caller=line.address, name=guardian.full_name if guardian is not None else "", children=subtitle_for(at_school),
        language=line.language if line.language != home else None,
        seconds=None if recording.seconds is None else round(recording.seconds), received_at=call.created_at,
    )  # fmt: skip
    row.search_text = _searchable(row, children, "")
    db.session.add(row)
    db.session.flush()
    _tell_thread(row, call)
    if row.line_id is not None:
        db.session.get_one(Message, row.line_id).created_at = row.received_at
    _take_over(row, recording)  # its sound, or its words, may have been faster than the news of it
    open_events().append(changed(row, is_fresh=True))
    return row


def belongs_to(row: Voicemail, guardian: Guardian, point: ContactPoint, call: Call | None) -> None:
    """Nobody knew whose it was, and now it is this guardian's, and stands in their thread. Belongs into a transaction."""
    children = _children_of(guardian.id)
    row.guardian_id, row.contact_point_id, row.name = guardian.id, point.id, guardian.full_name
    row.children = subtitle_for([child for child in children if child.school_id == row.school_id] or children)
    if call is not None:
        _tell_thread(row, call)
    _take_over(row, db.session.get_one(Recording, row.recording_id))


@within(RecordingChanged)
def follow(fact: RecordingChanged) -> None:
    """Its sound arrived, or never will; or its words came."""
    row = db.session.scalar(select(Voicemail).where(Voicemail.recording_id == fact.recording_id).with_for_update())
    if row is None:
        return
    _take_over(row, db.session.get_one(Recording, fact.recording_id))
    touch(row)


def changed(row: Voicemail, *, also: Sequence[int | None] = (), is_fresh: bool = False) -> VoicemailChanged:
    """The fact about it."""
    people = {one for one in (row.staff_id, row.assignee_id, *also) if one is not None}
    return VoicemailChanged(row.district_id, row.school_id, row.id, tuple(sorted(people)), row.version, is_fresh)


def touch(row: Voicemail, *, also: Sequence[int | None] = ()) -> None:
    """It looks different from now on. Belongs into a transaction."""
    row.version += 1
    open_events().append(changed(row, also=also))


def _take_over(row: Voicemail, recording: Recording) -> None:
    """What the list and the thread show of the sound and its words."""
    transcript = db.session.scalar(select(Transcript).where(Transcript.recording_id == recording.id))
    words = " ".join(line["words"] for line in transcript.lines) if transcript and transcript.state == TranscriptState.READY else ""
    row.seconds = row.seconds if recording.seconds is None else round(recording.seconds)
    row.is_broken = recording.state == RecordingState.FAILED
    row.preview = words[:LONGEST_PREVIEW]
    row.search_text = _searchable(row, _children_of(row.guardian_id), words)
    line = db.session.get(Message, row.line_id) if row.line_id else None
    if line is not None:
        line.details = {**line.details, "seconds": row.seconds, "quote": row.preview, "is_broken": row.is_broken}
        line.search_text = fold(f"{words} {line.details.get('notes') or ''}")
        open_events().append(MessageChanged(row.district_id, line.conversation_id, line.id))


def _searchable(row: Voicemail, children: Sequence[Student], words: str) -> str:
    names = " ".join(child.full_name for child in children)
    number = f"{row.caller} {for_people(row.caller)}" if row.caller else ""
    return fold(f"{row.name} {names} {number} {words}")[:LONGEST_SEARCH]


def _children_of(guardian_id: int | None) -> list[Student]:
    return [child for child, _bond in children_of(guardian_id)] if guardian_id else []


def _tell_thread(row: Voicemail, call: Call) -> None:
    """A line in the conversation of whoever was called with the guardian; one is begun where there is none and texts can be sent."""
    talk = _conversation(row, call)
    if talk is None:
        return
    line = db.session.get(Message, call.timeline_message_id) if call.timeline_message_id else None
    if line is not None and line.conversation_id == talk.id:  # of a missed call: two lines of one thing would be one too many
        line.details = {**line.details, "type": "voicemail", "voicemail_id": row.id, "seconds": row.seconds}
        line.author = row.name
        open_events().append(MessageChanged(row.district_id, talk.id, line.id))
    else:
        line = timeline.line(talk, "voicemail", author=row.name, voicemail_id=row.id, seconds=row.seconds)
    line.reference_type, line.reference_id = MomentKind.VOICEMAIL.value, row.id
    row.line_id = line.id


def _conversation(row: Voicemail, call: Call) -> Conversation | None:
    if row.guardian_id is None:
        return None
    known = db.session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if known is not None and known.deleted_at is None:
        return inbox_row.hold(known.id)
    point = db.session.get(ContactPoint, row.contact_point_id) if row.contact_point_id else None
    if point is None:
        return None
    try:
        with db.session.begin_nested():
            return direct_line(db.session.get_one(School, row.school_id), point, owner_id=row.staff_id)[0]
    except NoFreeNumber:
        return None
