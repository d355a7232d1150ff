"""Where the people of an announcement come from: chosen colleagues, rows of a list, the adults of students, recipients of before.

Every source gives the same columns; `verdicts` judges their rows.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.audience import Again, Audience, list_row_is_in, staff_is_in, student_ids, student_is_in
from app.announcements.channels import ChannelAdapter
from app.announcements.models import AnnouncementListRow, AnnouncementRecipient, SendTo
from app.announcements.ranks import Rank
from app.announcements.recipients_again import OVER_THEIR_OWN, is_wanted_again
from app.directory.models import ContactHealth, ContactPoint, Guardian, Guardianship, Student
from app.directory.queries import is_off_limits

IDS = literal(1 << 42, BigInteger, literal_execute=True)
RANKS = literal(1 << 52, BigInteger, literal_execute=True)
"""Rank, priority and id of a contact point share one number, of which the least is the best."""
GUARDIAN = 2
"""The source of adults of students; 0 and 1 are colleagues and rows of lists, 3 those of them who got an earlier announcement."""
MOST = 1023
"""Larger priorities are as good as this one."""


class Span(NamedTuple):
    """People beyond `after` up to `through`: guardians, families of the earlier announcement, or its recipients (of a correction)."""

    after: ColumnElement[int]
    through: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: for whom, as whom, over which channel, and in which languages there are words."""

    announcement_id: int
    author: Staff
    audience: Audience
    send_to: str
    channel: ChannelAdapter
    scope: str
    languages: tuple[str, ...]
    fallback: str | None


def people(question: Question, span: Span | None, *, only_chosen: bool) -> Any:
    """All sources that a question asks for, one after the other; with a `span` only the adults in it."""
    audience = question.audience
    if audience.again in OVER_THEIR_OWN and audience.again_channel is None:  # each over the channel that they are of
        audience = replace(audience, again_channel=question.channel.name)
        question = replace(question, audience=audience)
    exact = audience.again == Again.REACHED and audience.again_channel == question.channel.name
    parts: list[Select[Any]] = []
    if span is None and audience.again_of is not None and not exact:
        parts += [_staff_again(question), _list_rows_again(question)]
    if span is None and audience.staff:
        parts.append(_staff(question))
    if span is None and audience.list_id:
        parts.append(_list_rows(question))
    if has_guardians(question) and not only_chosen:
        parts.append(_reached_before(question, span) if exact else _guardians(question, span))
    return union_all(*parts) if parts else _staff(question)


def has_chosen(question: Question) -> bool:
    """Whether people were chosen themselves, who come before all others."""
    return bool(question.audience.staff or question.audience.list_id or question.audience.again_of is not None)


def has_guardians(question: Question) -> bool:
    """Whether there are people to be taken stretch by stretch."""
    audience = question.audience
    return audience.again_of is not None or (audience.names_students and question.send_to != SendTo.PERSON)


def _row(
    source: int | ColumnElement[int],
    person: ColumnElement[Any],
    *,
    guardian: Any = None,
    staff: Any = None,
    list_row: Any = None,
    student: Any = None,
    family: Any = None,
    point: Any = None,
    spoken: Any,
    address: Any,
    quality: Any,
    zone: Any = None,
    postal_code: Any = None,
) -> list[Any]:
    """The columns that every source of people has, in their order."""

    def number(value: Any) -> ColumnElement[Any]:
        return cast(null() if value is None else value, BigInteger)

    def words(value: Any) -> ColumnElement[Any]:
        return cast(null(), String) if value is None else value

    return [
        (literal(source, literal_execute=True) if isinstance(source, int) else source).label("source"),
        person.label("person_id"),
        number(guardian).label("guardian_id"),
        number(staff).label("staff_id"),
        number(list_row).label("list_row_id"),
        number(student).label("student_id"),
        number(family).label("family_id"),
        number(point).label("contact_point_id"),
        words(spoken).label("spoken"),
        words(address).label("address"),
        quality.label("quality"),
        words(zone).label("zone"),
        words(postal_code).label("postal_code"),
    ]


def _staff(question: Question) -> Select[Any]:
    return _staff_where(question, staff_is_in(question.author, question.audience))


def _staff_again(question: Question) -> Select[Any]:
    earlier = (
        select(AnnouncementRecipient.staff_id)
        .where(AnnouncementRecipient.staff_id.is_not(None), is_wanted_again(question.author, question.audience))
        .scalar_subquery()
    )
    return _staff_where(question, and_(Staff.id.in_(earlier), Staff.district_id == question.author.district_id))


def _staff_where(question: Question, condition: ColumnElement[bool]) -> Select[Any]:
    address = question.channel.staff_address()
    quality = case(
        (address.is_(None), int(Rank.NO_ADDRESS)),
        (question.channel.refused(address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        else_=int(Rank.USABLE),
    )
    return select(*_row(0, Staff.id.expression, staff=Staff.id, spoken=Staff.language.expression, address=address, quality=quality)).where(
        condition
    )


def _list_rows(question: Question) -> Select[Any]:
    return _list_rows_where(question, list_row_is_in(question.author, question.audience))


def _list_rows_again(question: Question) -> Select[Any]:
    earlier = (
        select(AnnouncementRecipient.list_row_id)
        .where(AnnouncementRecipient.list_row_id.is_not(None), is_wanted_again(question.author, question.audience))
        .scalar_subquery()
    )
    return _list_rows_where(question, AnnouncementListRow.id.in_(earlier))


def _list_rows_where(question: Question, condition: ColumnElement[bool]) -> Select[Any]:
    """Files hold phones, so there is nowhere to send an email to."""
    row = AnnouncementListRow
    quality = case(
        *([] if question.channel.tells_zone else [(row.id.is_not(None), int(Rank.NO_ADDRESS))]),
        *_not_any_more(row.address),
        (question.channel.refused(row.address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        (ContactPoint.id.is_not(None), question.channel.quality(question.scope)),
        else_=int(Rank.USABLE),
    )
    return (
        select(
            *_row(
                1, row.id.expression, list_row=row.id, point=row.contact_point_id,
                spoken=func.coalesce(ContactPoint.language, Guardian.language), address=row.address.expression, quality=quality,
                zone=func.coalesce(ContactPoint.time_zone, Guardian.time_zone), postal_code=Guardian.postal_code.expression,
            )
        )
        .select_from(row)
        .outerjoin(ContactPoint, ContactPoint.id == row.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(condition)
    )  # fmt: skip


def _reached_before(question: Question, span: Span | None) -> Select[Any]:
    """Those who got the earlier one, where they got it."""
    earlier = AnnouncementRecipient
    quality = case(
        *_not_any_more(earlier.address),
        (question.channel.refused(earlier.address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        else_=int(Rank.USABLE),
    )
    whose = case((earlier.guardian_id.is_not(None), GUARDIAN), else_=3)
    query = (
        select(
            *_row(
                whose, func.coalesce(earlier.guardian_id, earlier.id), guardian=earlier.guardian_id,
                staff=earlier.staff_id, list_row=earlier.list_row_id, student=earlier.student_id,
                family=earlier.family_id, point=earlier.contact_point_id,
                spoken=func.coalesce(ContactPoint.language, Guardian.language, earlier.language), address=earlier.address.expression,
                quality=quality, zone=func.coalesce(ContactPoint.time_zone, Guardian.time_zone),
                postal_code=Guardian.postal_code.expression,
            )
        )
        .select_from(earlier)
        .outerjoin(ContactPoint, ContactPoint.id == earlier.contact_point_id)
        .outerjoin(Guardian, Guardian.id == earlier.guardian_id)
        .where(is_wanted_again(question.author, question.audience))
    )  # fmt: skip
    return query.where(earlier.id > span.after, earlier.id <= span.through) if span else query


def _not_any_more(address: Any) -> list[tuple[ColumnElement[bool], int]]:
    """Why nobody writes to an address that was known before, as the gate of the outbox says it when it is handed over."""
    gone = or_(Guardian.is_active.is_(False), ContactPoint.is_active.is_(False))
    return [
        (and_(Guardian.id.is_not(None), gone), int(Rank.OFF_RECORD)),
        (and_(Guardian.id.is_not(None), is_off_limits()), int(Rank.NOT_PERMITTED)),
        (and_(ContactPoint.id.is_not(None), ContactPoint.address != address), int(Rank.CHANGED)),
        (and_(ContactPoint.id.is_not(None), ContactPoint.health == ContactHealth.WRONG), int(Rank.WRONG)),
    ]


def _guardians(question: Question, span: Span | None) -> Select[Any]:
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
            *_row(
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
    query = select(*wanted).where(earlier.guardian_id.is_not(None), is_wanted_again(question.author, audience))
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
