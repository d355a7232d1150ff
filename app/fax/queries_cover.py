"""What stands on the cover of a fax to be sent."""

from datetime import date

from flask_babel import force_locale
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import zone_of
from app.directory.models import District, PhoneNumber, School
from app.fax.cover import Cover, Particulars, cover_of
from app.fax.models import Fax, FaxPart


def cover_for(fax: Fax, *, own_pages: int = 1) -> Cover:
    """What would stand on the cover now, in the district's language; a long message makes it several pages. Five queries."""
    number = db.session.get(PhoneNumber, fax.phone_number_id or 0)
    school = db.session.get(School, fax.school_id or 0)
    district = db.session.get_one(District, fax.district_id)
    author = db.session.get(Staff, fax.author_id or 0)
    pages = db.session.scalar(select(func.sum(FaxPart.pages)).where(FaxPart.fax_id == fax.id, FaxPart.is_cover.is_(False)))
    zone = zone_of(school.time_zone if school else district.time_zone)
    day: date = max(fax.send_at or now(), now()).astimezone(zone).date()
    by = ", ".join(part for part in (author.name, author.job_title) if part) if author else ""
    particulars = Particulars(
        sender=fax.own_name or district.name, author=by, office_phone=school.phone if school else None,
        fax_number=number.address if number else "", to=fax.name, attention=fax.attention, to_number=fax.address,
        subject=fax.subject, note=fax.cover_note, pages=(pages or 0) + own_pages, day=day,
    )  # fmt: skip
    with force_locale(district.language or "en"):
        return cover_of(particulars)
