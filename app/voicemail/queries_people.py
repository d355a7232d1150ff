"""The people around a voicemail: who can take care of it, who did something with it, and whose phone it may be."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, exists, or_, select

from app.accounts.models import AuditEvent, Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.permissions import PERMISSIONS, Permission
from app.conversations.models import Message
from app.core.database import db
from app.directory.models import ContactPoint
from app.voicemail.models import Voicemail

MOST_COLLEAGUES = 20
MOST_WORDS = 4


def colleagues_of(voicemail: Voicemail, words: str = "") -> list[Staff]:
    """To whom it can be given: who works at its school, or for the whole district. The first of many; with words, those so named."""
    named = [Staff.name.icontains(word, autoescape=True) for word in words.split()[:MOST_WORDS]]
    return list(db.session.scalars(_colleagues(voicemail).where(*named).order_by(Staff.name).limit(MOST_COLLEAGUES)))


def colleague_of(voicemail: Voicemail, staff_id: int) -> Staff | None:
    """One of all of them."""
    return db.session.scalar(_colleagues(voicemail).where(Staff.id == staff_id))


def _colleagues(voicemail: Voicemail) -> Select[Staff]:
    may = [role for role, held in PERMISSIONS.items() if Permission.MAKE_CALLS in held]
    works_there = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == voicemail.school_id)
    return select(Staff).where(
        Staff.district_id == voicemail.district_id, are_people(), Staff.status == StaffStatus.ACTIVE, Staff.role.in_(may),
        or_(works_there, Staff.role == Role.DISTRICT_ADMIN),
    )  # fmt: skip


def names_of(people: Collection[int | None]) -> dict[int, str]:
    """By id."""
    wanted = {one for one in people if one is not None}
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))) if wanted else ()
    return {one.id: one.name for one in found}


def giver_of(voicemail: Voicemail) -> tuple[int | None, datetime | None]:
    """Who gave it to whom it is with now, and when; nobody where they took it themselves."""
    told = select(AuditEvent.staff_id, AuditEvent.at).where(
        AuditEvent.district_id == voicemail.district_id, AuditEvent.subject_type == "voicemail", AuditEvent.subject_id == voicemail.id,
        AuditEvent.action == "voicemail.assigned",
    )  # fmt: skip
    row = db.session.execute(told.order_by(AuditEvent.id.desc()).limit(1)).first()
    return (None, None) if row is None or row.staff_id == voicemail.assignee_id else (row.staff_id, row.at)


def point_of(voicemail: Voicemail) -> ContactPoint | None:
    """The phone it came from, where it is in somebody's record."""
    return db.session.get(ContactPoint, voicemail.contact_point_id) if voicemail.contact_point_id else None


def thread_of(voicemail: Voicemail) -> int | None:
    """The conversation in which it stands."""
    if voicemail.line_id is None:
        return None
    return db.session.scalar(select(Message.conversation_id).where(Message.id == voicemail.line_id))
