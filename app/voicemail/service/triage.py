"""What people do with a voicemail: hear it, give it to somebody, write beside it, answer it, lay it to rest."""

from uuid import UUID

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.conversations.models import Message
from app.conversations.service import sending, starting
from app.core.clock import now
from app.core.database import db, transaction
from app.voicemail.errors import NobodyToText, NotAColleague, NoteChanged, NoteTooLong
from app.voicemail.models import Voicemail
from app.voicemail.queries import voicemail_visible_to
from app.voicemail.queries_people import colleague_of
from app.voicemail.service.receiving import touch

LONGEST_NOTE = 2000


def mark_heard(staff: Staff, voicemail_id: int) -> Voicemail:
    """It was played. Heard twice changes nothing, nor does the ear of who only reads. Raises NotVisible."""
    with transaction():
        row = _held(staff, voicemail_id)
        if row.heard_at is None and role_allows(staff.role, Permission.MAKE_CALLS):
            row.heard_at, row.heard_by_id = now(), staff.id
            touch(row)
    return row


def mark_new(staff: Staff, voicemail_id: int) -> Voicemail:
    """As if nobody had heard it. Raises NotVisible."""
    with transaction():
        row = _held(staff, voicemail_id)
        if row.heard_at is not None or row.done_at is not None:
            row.heard_at = row.heard_by_id = row.done_at = row.done_by_id = None
            touch(row)
    return row


def assign(staff: Staff, voicemail_id: int, colleague_id: int | None, *, words: str = "") -> Voicemail:
    """Give it to somebody of its school, to whom it is new, or back to its box; `words` are for them.

    Raises NotVisible, NotAColleague, NoteTooLong.
    """
    with transaction():
        row = _held(staff, voicemail_id)
        colleague = colleague_of(row, colleague_id) if colleague_id is not None else None
        if colleague_id is not None and colleague is None:
            raise NotAColleague
        before = row.assignee_id
        is_said = _say(row, staff, words)
        if before != colleague_id:
            row.assignee_id = colleague_id
            if colleague is not None and colleague.id != staff.id:
                row.heard_at = row.heard_by_id = None  # whoever gets it has not heard it
            audit("voicemail.assigned", row, {"caller": row.name or row.caller, "name": colleague.name if colleague else ""}, by=staff)
        if before != colleague_id or is_said:
            touch(row, also=[before])
    return row


def give_to_office(staff: Staff, voicemail_id: int, *, words: str = "") -> Voicemail:
    """The school's office takes care of it, to which it is new; `words` are for them. Raises NoteTooLong, NotVisible."""
    with transaction():
        row = _held(staff, voicemail_id)
        before = [row.staff_id, row.assignee_id]
        is_said = _say(row, staff, words)
        if before != [None, None]:
            row.staff_id = row.assignee_id = None
            if not role_allows(staff.role, Permission.TRIAGE):
                row.heard_at = row.heard_by_id = None
            audit("voicemail.to_office", row, {"caller": row.name or row.caller}, by=staff)
        if before != [None, None] or is_said:
            touch(row, also=before)
    return row


def note(staff: Staff, voicemail_id: int, words: str, *, seen: str | None = None) -> Voicemail:
    """What colleagues should know about it. `seen` is the note that was changed: what was handed on below it since stays.

    Raises NoteChanged where a colleague wrote something else meanwhile, NoteTooLong, NotVisible.
    """
    with transaction():
        row = _held(staff, voicemail_id)
        fresh, before = _tidy(words), None if seen is None else _tidy(seen)
        if before is not None and row.note not in {before, fresh}:
            if before and not row.note.startswith(f"{before}\n"):
                raise NoteChanged
            fresh = f"{fresh}\n{row.note.removeprefix(before).strip()}".strip()
        if len(fresh) > LONGEST_NOTE:
            raise NoteTooLong
        if row.note != fresh:
            row.note = fresh
            touch(row)
    return row


def _tidy(words: str) -> str:
    return words.replace("\r\n", "\n").strip()


def finish(staff: Staff, voicemail_id: int) -> Voicemail:
    """Nothing is left to do. Raises NotVisible."""
    with transaction():
        row = _held(staff, voicemail_id)
        if row.done_at is None:
            row.done_at, row.done_by_id = now(), staff.id
            if row.heard_at is None:
                row.heard_at, row.heard_by_id = row.done_at, staff.id
            touch(row)
    return row


def reopen(staff: Staff, voicemail_id: int) -> Voicemail:
    """Something is left to do after all. Raises NotVisible."""
    with transaction():
        row = _held(staff, voicemail_id)
        if row.done_at is not None:
            row.done_at = row.done_by_id = None
            touch(row)
    return row


def text_back(staff: Staff, voicemail_id: int, body: str, *, uuid: UUID, is_done: bool = True) -> Message:
    """Answer by text, in the conversation of whoever answers, and lay it to rest. `uuid` is from the form: a double click sends once.

    Raises NotVisible, NobodyToText, and what a text in a thread raises.
    """
    with transaction():
        row = _held(staff, voicemail_id)
        if row.contact_point_id is None:
            raise NobodyToText
        is_office = row.staff_id is None and role_allows(staff.role, Permission.TRIAGE)
        talk = starting.start_direct(staff, row.contact_point_id, office=is_office, school_id=row.school_id)
        message = sending.send(staff, talk.id, body, uuid=uuid)
        if is_done:
            finish(staff, voicemail_id)
    return message


def _say(row: Voicemail, staff: Staff, words: str) -> bool:
    """What goes along with it stands in its note, below what is there, with a name; pressed twice it stands there once."""
    line = f"{staff.name}: {_tidy(words)}"
    if not _tidy(words) or row.note.endswith(line):
        return False
    note = f"{row.note}\n{line}".strip()
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong
    row.note = note
    return True


def _held(staff: Staff, voicemail_id: int) -> Voicemail:
    voicemail_visible_to(staff, voicemail_id)
    return db.session.get_one(Voicemail, voicemail_id, populate_existing=True, with_for_update=True)
