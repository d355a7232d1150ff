"""Words used often: one's own, or shared by a school."""

import re

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations import queries
from app.conversations.errors import NotAllowed, UnfilledFields, UnsuitableReply
from app.conversations.models import SavedReply
from app.conversations.service import access
from app.conversations.service.composing import check_length, tidy
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.merge_fields import unknown_fields, without_fields
from app.directory.models import School

_SHORTCUT = re.compile(r"[\w-]{1,30}")
LONGEST_TITLE = 120


def create_saved_reply(staff: Staff, *, title: str, shortcut: str, body: str, school_id: int | None = None) -> SavedReply:
    """Keep words under a shortcut, for oneself or, with `school_id`, for a whole school.

    Raises UnsuitableReply (no words, a shortcut in use), UnfilledFields, MessageTooLong, NotAllowed, NotVisible.
    """
    with transaction():
        access.may_write(staff)
        if school_id is not None:
            _may_share(staff, school_id)
        reply = SavedReply(
            district_id=staff.district_id,
            school_id=school_id,
            staff_id=staff.id if school_id is None else None,
        )
        _fill(staff, reply, title, shortcut, body)
        db.session.add(reply)
        db.session.flush()
    return reply


def edit_saved_reply(staff: Staff, reply_id: int, *, title: str, shortcut: str, body: str) -> SavedReply:
    """Change a reply that one may change. Raises as `create_saved_reply`."""
    with transaction():
        reply = _editable(staff, reply_id)
        _fill(staff, reply, title, shortcut, body)
        db.session.flush()
    return reply


def delete_saved_reply(staff: Staff, reply_id: int) -> None:
    """Forget a reply. Raises NotVisible, NotAllowed."""
    with transaction():
        db.session.delete(_editable(staff, reply_id))


def _editable(staff: Staff, reply_id: int) -> SavedReply:
    access.may_write(staff)
    reply = queries.saved_reply_visible_to(staff, reply_id)
    if reply.staff_id is None:
        _may_share(staff, reply.school_id)
    return reply


def _may_share(staff: Staff, school_id: int | None) -> None:
    """The office and admins write for all; what a whole district shares belongs to its admins."""
    if staff.role == Role.DISTRICT_ADMIN:
        school = db.session.get(School, school_id) if school_id is not None else None
        if school_id is not None and (school is None or school.district_id != staff.district_id):
            raise NotVisible
        return
    if school_id not in staff.school_ids:
        raise NotVisible
    if not role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        raise NotAllowed(_("Only the office and admins share replies with the school. Save it for yourself."))


def _fill(staff: Staff, reply: SavedReply, title: str, shortcut: str, body: str) -> None:
    words, key = tidy(body), shortcut.strip().lstrip("/").lower()
    if not words:
        raise UnsuitableReply(_("Write the words to keep."))
    if not _SHORTCUT.fullmatch(key):
        raise UnsuitableReply(_("A shortcut is one short word, such as bus or thanks."))
    if names := unknown_fields(words):
        raise UnfilledFields(names)
    check_length(without_fields(words), "sms")
    if _is_taken(staff, reply, key):
        raise UnsuitableReply(_("/%(shortcut)s is in use. Choose another shortcut.", shortcut=key))
    reply.shortcut, reply.body = key, words
    reply.title = (title.strip() or words.split("\n", maxsplit=1)[0])[:LONGEST_TITLE]


def _is_taken(staff: Staff, reply: SavedReply, shortcut: str) -> bool:
    """Among what the owner may use; the table's own constraint does not see empty columns as equal."""
    same_owner = SavedReply.staff_id == reply.staff_id if reply.staff_id else SavedReply.staff_id.is_(None)
    same_school = SavedReply.school_id == reply.school_id if reply.school_id else SavedReply.school_id.is_(None)
    taken = select(SavedReply.id).where(
        SavedReply.district_id == staff.district_id,
        SavedReply.shortcut == shortcut,
        same_owner,
        same_school,
        SavedReply.id != (reply.id or 0),
    )
    with db.session.no_autoflush:
        return db.session.scalar(taken) is not None
