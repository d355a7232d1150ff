"""Issue 5: the list of faxes with ten thousand of them, beside a bare view of fifty rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, text

from app.accounts.models import Role, Staff, StaffSchool
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import PhoneNumber, Purpose, School
from app.fax.models import Fax
from bench.bare import bare_view
from bench.figures import Figure
from bench.house import house
from bench.pages import Browser, call, count, environ_for, measured, people, ratio

FEW, MANY = 100, 10_000
PATH = "/fax"


def figures() -> Iterator[Figure]:
    counts = {}
    for number in (FEW, MANY):
        with house(demo=False) as app:
            staff = clerk()
            fill(staff, number)
            browser = Browser(app, staff)
            counts[number] = count(browser, PATH)
            if number == MANY:
                yield cost(browser)
    is_constant = counts[MANY] <= counts[FEW]
    yield Figure("fax.list.queries", max(counts.values()), None, None, "no more", is_constant, "queries", {"faxes": counts})


def clerk() -> Staff:
    """Who opens all faxes of a school."""
    staff = people()
    school = db.session.scalars(select(School.id).where(School.district_id == staff.district_id)).one()
    with transaction():
        staff.role = Role.OFFICE
        staff.school_links = [StaffSchool(school_id=school)]
    return staff


def cost(browser: Browser) -> Figure:
    """Of a page, beside that of a bare one of the same size."""
    size = len(browser.get(PATH))
    with bare_view(size) as bare:
        ours, baseline = measured(lambda: browser.get(PATH), lambda: call(bare, environ_for("/bare")))
        return ratio("fax.list.cpu", ours, baseline, 2.0, "ms", bytes_ours=size, faxes=MANY)


def fill(staff: Staff, number: int) -> None:
    """Faxes at the number of the school: every seventh new, every third sent, some of these failed, many filed."""
    school = db.session.scalars(select(School.id).where(School.district_id == staff.district_id)).one()
    moment = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    words = "Certificate of Immunization Status. Name: Joseph A. Whitehorse. Birth date: 05/14/2017. Complete for grade 3. " * 10
    with transaction():
        line = PhoneNumber(district_id=staff.district_id, school_id=school, address="+15035550106", purpose=Purpose.FAX)
        db.session.add(line)
        db.session.flush()
        rows = []
        for n in range(number):
            is_sent = n % 3 == 0
            status = ("failed" if n % 60 == 0 else "sent") if is_sent else "received"
            rows.append(
                {
                    "uuid": new_uuid(),
                    "district_id": staff.district_id,
                    "school_id": school,
                    "phone_number_id": line.id,
                    "direction": "out" if is_sent else "in",
                    "status": status,
                    "provider_id": None if is_sent else f"fx{n}",
                    "address": f"+1503555{n % 10_000:04}",
                    "name": f"Cascade Pediatrics {n}",
                    "subject": "Immunization record, Joseph W.",
                    "pages": 3,
                    "created_at": moment + timedelta(seconds=n),
                    "read_at": None if n % 7 == 0 else moment,
                    "filed_at": moment if n % 5 == 0 else None,
                    "filed_by_id": staff.id if n % 5 == 0 else None,
                    "author_id": staff.id if is_sent else None,
                    "thumb_key": f"{n:032x}.png",
                    "paper": "ready",
                    "failure": "fax_busy" if status == "failed" else None,
                    "search_text": f"cascade pediatrics {n} {words.lower()}",
                    "emails": [],
                }
            )
        db.session.execute(insert(Fax), rows)
    with transaction():
        db.session.execute(text("ANALYZE"))
