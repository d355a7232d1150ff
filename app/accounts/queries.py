"""What pages of this room read, and who may see whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import selectinload

from app.accounts import authority, throttle
from app.accounts.models import OneTimeToken, Staff, StaffStatus, TokenPurpose, are_people
from app.accounts.tenancy import school_names
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible

PAGE = 50


def staff_visible_to(actor: Staff, staff_id: int) -> Staff:
    """A colleague within the actor's scope. Raises NotVisible."""
    staff = db.session.scalar(
        select(Staff)
        .options(selectinload(Staff.school_links))
        .where(Staff.id == staff_id, Staff.district_id == actor.district_id, are_people(), authority.in_scope_of(actor))
        .execution_options(populate_existing=True)
    )
    if staff is None:
        raise NotVisible
    return staff


def everybody(district_id: int) -> list[Staff]:
    """Every account of a district, for its operator."""
    return list(db.session.scalars(select(Staff).where(Staff.district_id == district_id, are_people()).order_by(Staff.email)))


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One line of the staff list."""

    staff: Staff
    schools: list[str]
    locked_until: datetime | None
    link: OneTimeToken | None
    """The newest invitation, of an invited person."""
    is_manageable: bool


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One page of the staff list, and how many there are of each status."""

    rows: list[StaffRow]
    counts: dict[str, int]
    next_after: int | None


def staff_page(actor: Staff, *, status: str = StaffStatus.ACTIVE, search: str = "", after: int | None = None) -> StaffPage:
    """Colleagues of the actor's scope by name. `after` is the id of the last one already shown."""
    scope = (Staff.district_id == actor.district_id, are_people(), authority.in_scope_of(actor))
    counted = db.session.execute(select(Staff.status, func.count(Staff.id)).where(*scope).group_by(Staff.status))
    counts = {str(row[0]): int(row[1]) for row in counted}
    order = (func.lower(Staff.name), Staff.id)
    wanted = select(Staff).options(selectinload(Staff.school_links)).where(*scope, Staff.status == status)
    if search.strip():
        sought = search.strip().lower()
        wanted = wanted.where(func.lower(Staff.name).contains(sought, autoescape=True) | Staff.email.contains(sought, autoescape=True))
    if after is not None:
        last = db.session.execute(select(*order).where(Staff.id == after, *scope)).first()
        if last is not None:
            wanted = wanted.where(tuple_(*order) > tuple_(*last))
    found = list(db.session.scalars(wanted.order_by(*order).limit(PAGE + 1)))
    people = found[:PAGE]
    return StaffPage(_rows(actor, people), counts, people[-1].id if len(found) > PAGE else None)


def staff_row(actor: Staff, staff_id: int) -> StaffRow:
    """One line of the list. Raises NotVisible."""
    return _rows(actor, [staff_visible_to(actor, staff_id)])[0]


def _rows(actor: Staff, people: list[Staff]) -> list[StaffRow]:
    names = school_names(actor.district_id)
    locked = throttle.locked_among([person.email for person in people])
    links = newest_links([person.id for person in people], TokenPurpose.INVITATION)
    return [
        StaffRow(
            person,
            [names[number] for number in person.school_ids if number in names],
            locked.get(person.email),
            links.get(person.id),
            authority.may_manage(actor, person),
        )
        for person in people
    ]


def newest_links(staff_ids: list[int], purpose: TokenPurpose) -> dict[int, OneTimeToken]:
    """The newest link of one kind for each of these people, used or not."""
    newest = (
        select(func.max(OneTimeToken.id))
        .where(OneTimeToken.staff_id.in_(staff_ids), OneTimeToken.purpose == purpose)
        .group_by(OneTimeToken.staff_id)
    )
    return {link.staff_id: link for link in db.session.scalars(select(OneTimeToken).where(OneTimeToken.id.in_(newest)))}


def open_link(staff: Staff, purpose: TokenPurpose) -> OneTimeToken | None:
    """The link of this kind that still works."""
    return db.session.scalar(
        select(OneTimeToken)
        .where(
            OneTimeToken.staff_id == staff.id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now(),
        )
        .order_by(OneTimeToken.id.desc())
        .limit(1)
    )


def never_invited(actor: Staff) -> int:
    """How many of the actor's scope wait for a first invitation."""
    has_link = select(OneTimeToken.id).where(OneTimeToken.staff_id == Staff.id, OneTimeToken.purpose == TokenPurpose.INVITATION).exists()
    waiting = select(func.count(Staff.id)).where(
        Staff.district_id == actor.district_id, are_people(), Staff.status == StaffStatus.INVITED, authority.in_scope_of(actor), ~has_link
    )
    return db.session.scalar(waiting) or 0
