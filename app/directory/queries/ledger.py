"""The consent ledger as a list: filters, pages by key, totals. Office staff read the lines of their schools' families."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true

from app.accounts.models import Role, Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.core.search_text import fold
from app.directory.models import (
    Consent,
    ConsentKind,
    ConsentSource,
    ContactHealth,
    ContactKind,
    ContactPoint,
    Guardian,
)
from app.directory.queries.reach import guardian_has_child_within_reach_of, guardian_is_visible_to

ROWS = 50
AT_ONCE = 500
FEWEST_DIGITS = 3
SOME = 20


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the reader wants to see."""

    words: str = ""
    kind: ConsentKind | None = None
    source: ConsentSource | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the names of those who share its address (of those whom the reader may see)."""

    id: int
    at: datetime
    address: str
    scope: str
    kind: str
    source: str
    wording: str | None
    recorded_by: str | None
    people: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Totals:
    """Guardians with a phone that can take texts, by what is on file, and how many addresses no longer work."""

    guardians: int
    agreed: int
    opted_out: int
    broken: int

    @property
    def nothing_on_file(self) -> int:
        """Who never said anything, and gave the school the number."""
        return self.guardians - self.agreed - self.opted_out


def ledger(staff: Staff, wanted: LedgerFilter, cursor: str | None) -> Page[Line]:
    """One page of lines, newest first; two queries."""
    page = page_of_rows(db.session(), _lines(staff, wanted), [Consent.id], limit=ROWS, cursor=cursor)
    return Page(_named(staff, page.rows), page.next_cursor, page.previous_cursor)


def all_lines(staff: Staff, wanted: LedgerFilter) -> Iterator[Line]:
    """Every line for an export, read in batches: memory stays the same however many there are."""
    before: int | None = None
    while True:
        query = _lines(staff, wanted).order_by(Consent.id.desc()).limit(AT_ONCE)
        rows = db.session.execute(query if before is None else query.where(Consent.id < before)).all()
        yield from _named(staff, rows)
        if len(rows) < AT_ONCE:
            return
        before = rows[-1].id


def line_visible_to(staff: Staff, consent_id: int) -> Consent:
    """An entry. Raises NotVisible."""
    found = db.session.scalar(
        select(Consent).where(Consent.id == consent_id, Consent.district_id == staff.district_id, _is_within_reach_of(staff))
    )
    if found is None:
        raise NotVisible
    return found


def sharers(staff: Staff, addresses: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """By address, who is reached there: contact point and name, of those whom the reader may see."""
    rows = db.session.execute(
        select(ContactPoint.address, ContactPoint.id, Guardian.given_name, Guardian.family_name)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(
            ContactPoint.district_id == staff.district_id,
            ContactPoint.address.in_(list(addresses)),
            guardian_is_visible_to(staff),
        )
        .order_by(ContactPoint.id)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.address, []).append((row.id, f"{row.given_name} {row.family_name}".strip()))
    return found


def addresses_matching(staff: Staff, words: str) -> list[Any]:
    """A few addresses in use by name or digits, with the adult whose they are: to record what one of them said."""
    if not words.strip():
        return []
    query = (
        select(ContactPoint.id, ContactPoint.address, ContactPoint.kind, ContactPoint.label, Guardian.given_name, Guardian.family_name)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.is_active.is_(True), ContactPoint.kind != ContactKind.EMAIL, guardian_is_visible_to(staff))
        .order_by(Guardian.family_name, Guardian.given_name, ContactPoint.id)
        .limit(SOME)
    )
    named = and_(*(Guardian.search_text.contains(word, autoescape=True) for word in fold(words).split()[:5]))
    digits = "".join(character for character in words if character.isdigit())
    numbered = ContactPoint.address.contains(digits, autoescape=True)
    return list(db.session.execute(query.where(or_(named, numbered) if len(digits) >= FEWEST_DIGITS else named)))


def totals(staff: Staff) -> Totals:
    """The four figures above the ledger; one query."""
    said_yes = exists().where(
        Consent.district_id == ContactPoint.district_id,
        Consent.address == ContactPoint.address,
        Consent.kind != ConsentKind.OPTED_OUT,
    )
    takes_texts = and_(
        ContactPoint.kind.in_([ContactKind.MOBILE, ContactKind.VOIP]),
        ContactPoint.health.not_in([ContactHealth.DEAD, ContactHealth.WRONG]),
    )
    is_open = and_(takes_texts, ContactPoint.opted_out_at.is_(None))
    per_guardian = (
        select(
            func.max(case((takes_texts, 1), else_=0)).label("reachable"),
            func.max(case((and_(is_open, said_yes), 1), else_=0)).label("agreed"),
            func.max(case((is_open, 1), else_=0)).label("still_open"),
            func.sum(case((_is_broken(), 1), else_=0)).label("broken"),
        )
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.is_active.is_(True), Guardian.is_active.is_(True), guardian_has_child_within_reach_of(staff))
        .group_by(ContactPoint.guardian_id)
        .subquery()
    )
    reachable, agreed, open_ = per_guardian.c.reachable, per_guardian.c.agreed, per_guardian.c.still_open
    row = db.session.execute(
        select(
            func.coalesce(func.sum(reachable), 0),
            func.coalesce(func.sum(agreed), 0),
            func.coalesce(func.sum(case((and_(reachable == 1, open_ == 0), 1), else_=0)), 0),
            func.coalesce(func.sum(per_guardian.c.broken), 0),
        )
    ).one()
    return Totals(int(row[0]), int(row[1]), int(row[2]), int(row[3]))


def broken_addresses(staff: Staff, cursor: str | None) -> Page[Any]:
    """Addresses that no longer work, by name, with the adult whose they are."""
    query = (
        select(
            Guardian.family_name, Guardian.given_name, ContactPoint.id, ContactPoint.address, ContactPoint.kind, ContactPoint.health,
            ContactPoint.health_at, ContactPoint.label, Guardian.id.label("guardian_id"),
        )
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.is_active.is_(True), Guardian.is_active.is_(True), _is_broken(), guardian_has_child_within_reach_of(staff))
    )  # fmt: skip
    keys = [Guardian.family_name, Guardian.given_name, ContactPoint.id]
    return page_of_rows(db.session(), query, keys, limit=ROWS, cursor=cursor, descending=False)


def _is_broken() -> ColumnElement[bool]:
    return and_(ContactPoint.health.in_([ContactHealth.DEAD, ContactHealth.WRONG]), ContactPoint.kind != ContactKind.EMAIL)


def _is_within_reach_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Consent`: a district admin reads all, also of phones that belong to nobody we know."""
    if staff.role == Role.DISTRICT_ADMIN:
        return true()
    return exists().where(
        ContactPoint.district_id == Consent.district_id,
        ContactPoint.address == Consent.address,
        Guardian.id == ContactPoint.guardian_id,
        guardian_is_visible_to(staff),
    )


def _lines(staff: Staff, wanted: LedgerFilter) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Consent.id, Consent.at, Consent.address, Consent.scope, Consent.kind, Consent.source, Consent.wording,
            Staff.name.label("recorded_by"),
        )
        .outerjoin(Staff, Staff.id == Consent.staff_id)
        .where(Consent.district_id == staff.district_id, _is_within_reach_of(staff))
    )  # fmt: skip
    if wanted.kind is not None:
        query = query.where(Consent.kind == wanted.kind)
    if wanted.source is not None:
        query = query.where(Consent.source == wanted.source)
    return query.where(_matches(staff, wanted.words)) if wanted.words.strip() else query


def _matches(staff: Staff, words: str) -> ColumnElement[bool]:
    named = select(ContactPoint.address).join(Guardian, Guardian.id == ContactPoint.guardian_id)
    named = named.where(ContactPoint.district_id == staff.district_id)
    for word in fold(words).split()[:5]:
        named = named.where(Guardian.search_text.contains(word, autoescape=True))
    digits = "".join(character for character in words if character.isdigit())
    by_name = Consent.address.in_(named)
    return or_(by_name, Consent.address.contains(digits, autoescape=True)) if len(digits) >= FEWEST_DIGITS else by_name


def _named(staff: Staff, rows: Any) -> list[Line]:
    people = sharers(staff, {row.address for row in rows})
    return [
        Line(row.id, row.at, row.address, row.scope, row.kind, row.source, row.wording, row.recorded_by, people.get(row.address, []))
        for row in rows
    ]
