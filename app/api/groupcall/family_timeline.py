"""Emails of batches, among everything else that was with a family; texts stand in their thread."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Bearer, Staff
from app.api.groupcall.models import Fate, GroupcallRecipient, GroupcallSend, Route
from app.core.database import db
from app.core.presentation import gettext as _
from app.directory.models import Guardian
from app.directory.queries.reach import guardian_is_visible_to
from app.directory.timeline import Moment, MomentKind, Wanted

KINDS = (None, MomentKind.ANNOUNCEMENT)


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest emails that left for these adults."""
    if wanted.kind not in KINDS:
        return []
    query = select(GroupcallRecipient, GroupcallSend.subject, Bearer.name).where(*_emails_to(staff, wanted.guardian_ids))
    if wanted.words:
        query = query.where(GroupcallSend.subject.icontains(wanted.words, autoescape=True))
    if wanted.before_id is not None:
        query = query.where(GroupcallRecipient.id < wanted.before_id)
    rows = db.session.execute(query.order_by(GroupcallRecipient.id.desc()).limit(wanted.limit))
    return [_moment(recipient, subject, name) for recipient, subject, name in rows]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many there are, and when the first was."""
    query = select(func.count(GroupcallRecipient.id), func.min(GroupcallRecipient.state_at)).where(*_emails_to(staff, guardian_ids))
    number, first = db.session.execute(query).one()
    return int(number), first


def _emails_to(staff: Staff, guardian_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    visible = select(Guardian.id).where(Guardian.id.in_(guardian_ids), guardian_is_visible_to(staff))
    return (
        GroupcallRecipient.guardian_id.in_(visible),
        GroupcallRecipient.route == Route.EMAIL,
        GroupcallRecipient.sent_day.is_not(None),
        GroupcallSend.id == GroupcallRecipient.send_id,
        Bearer.id == GroupcallSend.bearer_id,
    )


def _moment(one: GroupcallRecipient, subject: str | None, name: str) -> Moment:
    sentence = _("Email “%(subject)s” by %(who)s", subject=subject, who=name) if subject else _("Email by %(who)s", who=name)
    is_lost = one.state == Fate.FAILED
    return Moment(one.id, one.state_at, MomentKind.ANNOUNCEMENT, name, sentence, "mail", "danger" if is_lost else "announce")
