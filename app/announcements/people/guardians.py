"""The adults of students, each once, through the bonds by which the records let us contact them."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.announcements.audience import student_ids, student_is_in
from app.announcements.models import AnnouncementRecipient, SendTo
from app.announcements.people.columns import GUARDIAN, as_columns
from app.announcements.people.question import Question, Span
from app.announcements.ranks import Rank
from app.announcements.recipients_again import is_wanted_again
from app.directory.models import ContactPoint, Guardian, Guardianship, Student
from app.directory.queries import is_off_limits

IDS = literal(1 << 42, BigInteger, literal_execute=True)
RANKS = literal(1 << 52, BigInteger, literal_execute=True)
"""Rank, priority and id of a contact point share one number, of which the least is the best."""
MOST = 1023
"""Larger priorities are as good as this one."""


def guardians(question: Question, span: Span | None) -> Select[Any]:
    """Each adult once, with the best of their addresses. Every aggregate is over the adult's own few rows."""
    bonds, place = _bonds(question, span).subquery("bonds"), question.channel.place()
    key = (
        cast(question.channel.quality(question.scope), BigInteger) * RANKS
        + cast(case((place < 0, 0), (place > MOST, MOST), else_=place), BigInteger) * IDS
        + ContactPoint.id
    )
    best = func.min(case((ContactPoint.id.is_not(None), key)))
    adults = (
        select(
            bonds.c.guardian_id,
            func.min(bonds.c.student_id).label("student_id"),
            func.min(bonds.c.family_id).label("family_id"),
            best.label("best"),
        )
        .select_from(bonds)
        .outerjoin(ContactPoint, and_(ContactPoint.guardian_id == bonds.c.guardian_id, question.channel.is_address()))
        .group_by(bonds.c.guardian_id)
    ).subquery("adults")
    point = aliased(ContactPoint)
    best_quality = func.coalesce(cast(adults.c.best // RANKS, Integer), int(Rank.NO_ADDRESS))
    dropped = [(Guardian.is_active.is_(False), int(Rank.OFF_RECORD)), (is_off_limits(), int(Rank.NOT_PERMITTED))]
    if question.audience.again_of is None:
        dropped = []  # their bonds say so
    return (
        select(
            *as_columns(
                GUARDIAN, adults.c.guardian_id, guardian=adults.c.guardian_id, student=adults.c.student_id, family=adults.c.family_id,
                point=point.id, spoken=func.coalesce(point.language, Guardian.language), address=point.address.expression,
                quality=case(*dropped, else_=best_quality) if dropped else best_quality,
                zone=func.coalesce(point.time_zone, Guardian.time_zone), postal_code=Guardian.postal_code.expression,
            )
        )
        .select_from(adults)
        .join(Guardian, Guardian.id == adults.c.guardian_id)
        .outerjoin(point, point.id == adults.c.best % IDS)
    )  # fmt: skip


def _bonds(question: Question, span: Span | None) -> Select[Any]:
    """The bonds through which the audience's adults are reached: active, permitted, and of active adults."""
    audience, bond = question.audience, Guardianship
    if audience.again_of is not None:
        return _bonds_again(question, span)
    family: ColumnElement[Any] = bond.guardian_id.expression
    conditions: list[ColumnElement[bool]] = [_is_contactable(bond), Guardian.is_active.is_(True)]
    if question.send_to == SendTo.PRIORITY:
        conditions.append(~_comes_after_another(bond))
    else:
        family = _first_contact_of(bond.student_id)
    if audience.without_guardians:
        conditions.append(bond.guardian_id.not_in(audience.without_guardians))
    if span is None:
        conditions.append(bond.student_id.in_(student_ids(question.author, audience)))
    else:
        conditions += [
            bond.guardian_id > span.after,
            bond.guardian_id <= span.through,
            exists().where(Student.id == bond.student_id, student_is_in(question.author, audience)),
        ]
    return (
        select(bond.student_id, bond.guardian_id, family.label("family_id"))
        .select_from(bond)
        .join(Guardian, Guardian.id == bond.guardian_id)
        .where(*conditions)
    )


def _bonds_again(question: Question, span: Span | None) -> Select[Any]:
    """Also whom the records dropped since: who is nowhere written down would be looked for again at every further step."""
    earlier, audience = AnnouncementRecipient, question.audience
    wanted: list[Any] = [earlier.student_id, earlier.guardian_id, earlier.family_id]
    query = select(*wanted).where(earlier.guardian_id.is_not(None), is_wanted_again(question.author, audience, question.announcement_id))
    return query.where(earlier.family_id > span.after, earlier.family_id <= span.through) if span else query


def _first_contact_of(student_id: Any) -> ColumnElement[Any]:
    """The adult who comes first among those whom the records let us contact about a student."""
    other, adult = aliased(Guardianship), aliased(Guardian)
    return (
        select(other.guardian_id)
        .join(adult, adult.id == other.guardian_id)
        .where(other.student_id == student_id, _is_contactable(other), adult.is_active.is_(True))
        .order_by(other.priority, other.id)
        .limit(1)
        .scalar_subquery()
    )


def _comes_after_another(bond: Any) -> ColumnElement[bool]:
    """Whether the records let us contact somebody else first. Asks the same as `_first_contact_of`, without sorting."""
    other, adult = aliased(Guardianship), aliased(Guardian)
    comes_first = or_(other.priority < bond.priority, and_(other.priority == bond.priority, other.id < bond.id))
    return exists().where(
        other.student_id == bond.student_id, comes_first, _is_contactable(other), adult.id == other.guardian_id, adult.is_active.is_(True)
    )


def _is_contactable(bond: Any) -> ColumnElement[bool]:
    return and_(bond.is_active.is_(True), bond.may_contact.is_(True))
