"""Reading the audit trail: filters, pages by key, and who may see which lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from app.accounts import authority
from app.accounts.audit_words import KINDS, actions_of
from app.accounts.behind import THROUGH, by_system
from app.accounts.models import AuditEvent, Staff, StaffSchool
from app.core.clock import now
from app.core.database import db
from app.core.search_text import fold

PAGE = 50
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """An audit line, and the name of who did it, by which system (None: nobody with an account)."""

    act: AuditEvent
    name: str | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the reader wants to see. Days are those of the district's zone, both ends included."""

    search: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    staff_id: int | None = None


def audit_page(reader: Staff, wanted: AuditFilter, *, zone: str, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page, newest first, and the key of the next one."""
    query = _lines(reader, wanted, zone)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found = _read(query.limit(PAGE + 1))
    return found[:PAGE], found[PAGE - 1].act.id if len(found) > PAGE else None


def audit_lines(reader: Staff, wanted: AuditFilter, *, zone: str) -> Iterator[Line]:
    """All lines for an export, read in batches: memory stays the same however many there are."""
    before: int | None = None
    while True:
        query = _lines(reader, wanted, zone)
        if before is not None:
            query = query.where(AuditEvent.id < before)
        batch = _read(query.limit(AT_ONCE))
        yield from batch
        if len(batch) < AT_ONCE:
            return
        before = batch[-1].act.id
        db.session.expunge_all()


def _read(query: Select[AuditEvent, str]) -> list[Line]:
    return [Line(act, name and by_system(name, act.details.get(THROUGH, ""))) for act, name in db.session.execute(query)]


def _lines(reader: Staff, wanted: AuditFilter, zone: str) -> Select[AuditEvent, str]:
    query = (
        select(AuditEvent, Staff.name)
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .where(AuditEvent.district_id == reader.district_id)
        .order_by(AuditEvent.id.desc())
    )
    if not authority.is_district_wide(reader):
        query = query.where(_in_scope(reader))
    if wanted.kind in KINDS:
        query = query.where(AuditEvent.action.in_(actions_of(wanted.kind)))
    if wanted.staff_id is not None:
        query = query.where(AuditEvent.staff_id == wanted.staff_id)
    if wanted.since is not None:
        query = query.where(AuditEvent.at >= _midnight(wanted.since, zone))
    if wanted.until is not None:
        query = query.where(AuditEvent.at < _midnight(wanted.until + timedelta(days=1), zone))
    for term in fold(wanted.search).split()[:5]:
        query = query.where(AuditEvent.search_text.contains(term, autoescape=True))
    return query


def _in_scope(reader: Staff) -> ColumnElement[bool]:
    """What colleagues of one's schools did, and what happened to them."""
    colleague = aliased(StaffSchool)
    ids = select(colleague.staff_id).where(colleague.school_id.in_(reader.school_ids)).scalar_subquery()
    about = (AuditEvent.subject_type == "staff") & AuditEvent.subject_id.in_(ids)
    return AuditEvent.staff_id.in_(ids) | (AuditEvent.staff_id == reader.id) | (AuditEvent.staff_id.is_(None) & about)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def days_ago(days: int, zone: str) -> date:
    """The day in the district's zone."""
    return now().astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
