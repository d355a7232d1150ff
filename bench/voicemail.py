"""Issue 4: the list of voicemails with ten thousand of them, beside a bare view of fifty rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from app.accounts.models import Staff
from app.calls.models import Call, Recording
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import PhoneNumber, School
from app.voicemail.models import Voicemail
from bench.bare import bare_view
from bench.figures import Figure
from bench.house import house
from bench.pages import Browser, call, count, environ_for, measured, people, ratio

FEW, MANY = 100, 10_000
PATH = "/voicemail"


def figures() -> Iterator[Figure]:
    counts = {}
    for number in (FEW, MANY):
        with house(demo=False) as app:
            staff = people()
            fill(staff, number)
            browser = Browser(app, staff)
            counts[number] = count(browser, PATH)
            if number == MANY:
                yield cost(browser)
    is_constant = counts[MANY] <= counts[FEW]
    yield Figure("voicemail.list.queries", max(counts.values()), None, None, "no more", is_constant, "queries", {"voicemails": counts})


def cost(browser: Browser) -> Figure:
    """Of a page, beside that of a bare one of the same size."""
    size = len(browser.get(PATH))
    with bare_view(size) as bare:
        ours, baseline = measured(lambda: browser.get(PATH), lambda: call(bare, environ_for("/bare")))
        return ratio("voicemail.list.cpu", ours, baseline, 2.0, "ms", bytes_ours=size, voicemails=MANY)


def fill(staff: Staff, number: int) -> None:
    """Voicemails in the box of `staff`: a fifth of them new, each with a recording and what was said."""
    school = db.session.scalars(select(School.id).where(School.district_id == staff.district_id)).one()
    moment = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    with transaction():
        line = PhoneNumber(district_id=staff.district_id, school_id=school, address="+15035550100")
        db.session.add(line)
        db.session.flush()
        same = {"district_id": staff.district_id}
        each = range(number)
        calls = [
            {"uuid": new_uuid(), **same, "school_id": school, "kind": "return", "staff_id": staff.id, "phone_number_id": line.id, "title": "A call",
             "request_key": f"bench.{n}", "status": "finished", "created_at": moment, "look_at": moment} for n in each
        ]  # fmt: skip
        ids = list(db.session.scalars(insert(Call).returning(Call.id), calls))
        tapes: list[dict[str, Any]] = [
            {"uuid": new_uuid(), **same, "call_id": ids[n], "kind": "voicemail", "provider_id": f"RE{n:032x}", "state": "ready"}
            for n in each
        ]
        recordings = list(db.session.scalars(insert(Recording).returning(Recording.id), tapes))
        words = "Good morning, this is Rosa. Mateo left his inhaler at home, and I will bring it to the office at about ten o'clock."
        rows = [
            {
                "uuid": new_uuid(), **same, "school_id": school, "staff_id": staff.id, "phone_number_id": line.id, "recording_id": recordings[n],
                "call_id": ids[n], "caller": "+15035550177", "name": f"Rosa Hernández {n}", "children": "Mateo · 03", "language": "es", "preview": words,
                "seconds": 46, "search_text": f"rosa hernandez {n} {words.lower()}", "received_at": moment + timedelta(seconds=n),
                "heard_at": None if n % 5 == 0 else moment,
            }
            for n in each
        ]  # fmt: skip
        db.session.execute(insert(Voicemail), rows)
    with transaction():
        db.session.execute(text("ANALYZE"))
