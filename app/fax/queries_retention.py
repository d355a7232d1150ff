"""How long faxes of a district are kept, and which ones a legal hold keeps."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.accounts.models import Staff
from app.core.database import db
from app.directory.models import District
from app.fax.models import Fax, FaxForward, FaxStatus, ForwardStatus
from app.fax.retention import Retention, retention_in, years_after

MOST_HELD = 200
UNDER_WAY = (FaxStatus.SCHEDULED, FaxStatus.QUEUED, FaxStatus.SENDING)


def retention_of(district_id: int) -> Retention:
    """The rule of a district."""
    return retention_in(db.session.get_one(District, district_id).settings)


def kept_until(fax: Fax) -> datetime | None:
    """When a fax is deleted for good; None while a legal hold keeps it."""
    return retention_of(fax.district_id).kept_until(fax)


def is_over(district_id: int, rule: Retention, at: datetime) -> ColumnElement[bool]:
    """The condition on `Fax`: its time may be over, nothing holds it and nothing of it is under way. `kept_until` has the last word."""
    newest = at - timedelta(days=rule.deleted_days)
    leaves = exists().where(FaxForward.fax_id == Fax.id, FaxForward.status.in_([ForwardStatus.PREPARING, ForwardStatus.QUEUED]))
    return and_(
        Fax.district_id == district_id,
        Fax.held_at.is_(None),
        Fax.status.not_in(UNDER_WAY),
        or_(Fax.created_at <= years_after(at, -rule.years) + timedelta(days=1), Fax.deleted_at <= newest, Fax.hidden_at <= newest),
        ~leaves.correlate(Fax),
    )


def how_many_go(district_id: int, rule: Retention, at: datetime) -> int:
    """What that rule deletes once it is `at`."""
    if rule.is_held:
        return 0
    by_age = Fax.created_at <= years_after(at, -rule.years)
    newest = at - timedelta(days=rule.deleted_days)
    goes = or_(by_age, Fax.deleted_at <= newest, Fax.hidden_at <= newest)
    return db.session.scalar(select(func.count()).select_from(Fax).where(is_over(district_id, rule, at), goes)) or 0


def held_faxes(staff: Staff) -> list[tuple[Fax, str]]:
    """What a legal hold keeps in the district, the newest hold first, with who said so. For district admins."""
    rows = db.session.execute(
        select(Fax, Staff.name).outerjoin(Staff, Staff.id == Fax.held_by_id)
        .where(Fax.district_id == staff.district_id, Fax.held_at.is_not(None))
        .order_by(Fax.held_at.desc(), Fax.id.desc()).limit(MOST_HELD)
    )  # fmt: skip
    return [(fax, name or "") for fax, name in rows]
