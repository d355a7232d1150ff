"""Announcements: goals 7 (accepting), 8 (expansion), 9 (others meanwhile) and 16 (pages); 9 and 15 to 18 follow in `draining`.

`ANNOUNCED=1000000 python -m bench announcements` measures a million; by default it is as many as a coffee break allows.
`ANNOUNCED_ON=postgres` takes PostgreSQL instead of the embedded database.
"""

import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Flask, Response, request
from sqlalchemy import func, select, text
from werkzeug.test import EnvironBuilder

from app.accounts.models import Staff
from app.announcements import expansion, runner
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementState
from app.core.database import db, transaction
from app.directory.models import School
from bench.announcing import (
    FEW,
    MANY,
    ON_POSTGRES,
    Form,
    accept,
    drafted,
    expand,
    meanwhile,
    one_insert,
    our_house,
    own_memory,
    percentile,
    seconds,
)
from bench.district import populate
from bench.draining import draining
from bench.figures import Figure, at_least, median
from bench.pages import call, cpu, measured

ROUNDS = 15 if MANY <= 100_000 else 3
RAW = """
INSERT INTO announcement_recipients (announcement_id, channel, guardian_id, student_id, family_id, contact_point_id, language, address)
SELECT :id, 'sms', g.id, b.student_id, g.id, p.id, g.language, p.address
FROM guardianships b JOIN guardians g ON g.id = b.guardian_id JOIN students s ON s.id = b.student_id
JOIN contact_points p ON p.guardian_id = g.id
WHERE b.guardian_id > :after AND b.guardian_id <= :through AND b.may_contact AND b.is_active AND g.is_active
 AND s.school_id = :school AND p.is_active AND p.kind = 'mobile' ON CONFLICT DO NOTHING
"""


def figures() -> Iterator[Figure]:
    with our_house() as app:
        sizes = {name: populate(families) for name, families in (("few", FEW), ("many", MANY))}
        yield from accepting(app, sizes)
        yield from pages(app, sizes)
    yield from expanding()
    yield from draining()


def accepting(app: Flask, sizes: dict[str, tuple[School, Staff]]) -> Iterator[Figure]:
    """Goal 7: the POST that says yes, for a hundred and for very many, beside a bare POST that inserts a row.

    By the processor's time, and with all drafts counted before: after each counting the processor would have to fetch anew what both run on.
    """
    forms = {name: Form(app, staff) for name, (_, staff) in sizes.items()}
    drafts = {name: [drafted(staff, school) for _ in range(ROUNDS + 1)] for name, (school, staff) in sizes.items()}
    bare = bare_post(Path(app.extensions["settings"].data) / "bare.sqlite3")
    took: dict[str, list[float]] = {"few": [], "many": [], "bare": []}
    db.session.remove()
    for turn in range(ROUNDS + 1):
        for name, (school, _staff) in sizes.items():
            draft, fingerprint = drafts[name][turn]
            confirmed = forms[name].body(version="1", fingerprint=fingerprint, sure="on", typed_name=school.name)
            once = cpu(partial(forms[name].send, f"/announcements/{draft.id}/send", confirmed))
            took[name] += [once] if turn else []  # the first one of all prepares statements
            took["bare"] += [cpu(partial(call_bare, bare)) for _ in range(1 if turn else 0)]
    for draft, _fingerprint in (*drafts["few"], *drafts["many"]):
        assert db.session.get_one(Announcement, draft.id).state == AnnouncementState.SCHEDULED
        cancel(draft.id)
    few, many, yardstick = (median(took[name]) for name in ("few", "many", "bare"))
    yield Figure(
        "announcement accepted, beside a bare POST and insert",
        many,
        yardstick,
        round(many / yardstick, 2),
        "<= 3",
        many <= 3 * yardstick,
        "ms",
    )
    yield Figure(f"announcement accepted, {MANY} beside {FEW}", many, few, round(many / few, 2), "<= 1.2", many <= 1.2 * few, "ms")


def cancel(announcement_id: int) -> None:
    with transaction():
        db.session.get_one(Announcement, announcement_id).state = AnnouncementState.CANCELLED


def bare_post(file: Path) -> Flask:
    """The least: a form comes, a row is inserted, the answer leads elsewhere."""
    app = Flask("bare")
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE sent (id INTEGER PRIMARY KEY, version TEXT, fingerprint TEXT)")

    @app.post("/send")
    def send() -> Response:
        connection.execute("INSERT INTO sent (version, fingerprint) VALUES (?, ?)", (request.form["version"], request.form["fingerprint"]))
        return Response(status=200)

    return app


def call_bare(app: Flask) -> None:
    environ = EnvironBuilder(path="/send", method="POST", data={"version": "1", "fingerprint": "0" * 64}).get_environ()
    call(app.wsgi_app, environ)


def pages(app: Flask, sizes: dict[str, tuple[School, Staff]]) -> Iterator[Figure]:
    """Goal 16: what the report costs, whole and while it is open, and any page with its badges."""
    made, browsers = {}, {}
    for name, (school, staff) in sizes.items():
        draft, fingerprint = drafted(staff, school)
        accept(staff, school, draft, fingerprint)
        made[name], browsers[name] = draft.id, Form(app, staff)
    while db.session.scalar(select(func.count()).where(Announcement.state.in_([AnnouncementState.SCHEDULED, AnnouncementState.PREPARING]))):
        runner.turn()
    for what, path in (("report", "/announcements/{}"), ("progress", "/announcements/{}/progress"), ("list and badges", "/announcements")):
        many, few = measured(
            lambda path=path: browsers["many"].get(path.format(made["many"])),
            lambda path=path: browsers["few"].get(path.format(made["few"])),
            60,
        )
        yield Figure(f"{what} of {MANY} beside {FEW}", many, few, round(many / few, 2), "<= 1.1", many <= 1.1 * few, "ms")


def expanding() -> Iterator[Figure]:
    """Goals 8 and 9."""
    with our_house() as app:
        school, staff = populate(MANY)
        ours, raws, waits, quiet, memory = [], [], [], [], []
        for turn in range(4 if MANY <= 100_000 else 2):
            raws.append(MANY / seconds(partial(raw_expansion, school, staff)))
            draft, fingerprint = drafted(staff, school)
            accept(staff, school, draft, fingerprint)
            runner.turn()
            db.session.rollback()
            if turn % 2 == 0:
                ours.append(MANY / seconds(partial(expand, draft.id)))
                continue
            with meanwhile(app, one_insert, 0.005) as took:
                time.sleep(1)
            quiet += took
            before = own_memory()
            with (
                meanwhile(app, one_insert, 0.005) as took,
                meanwhile(app, lambda before=before: memory.append(own_memory() - before), 0.05),
            ):
                expand(draft.id)
            waits += took
        yield at_least(
            "expansion beside the raw statement in the same stretches", max(ours), max(raws), 0.7, "recipients/s", recipients=MANY
        )
        allowed = 10.0 if ON_POSTGRES else 4.0
        million = round(1e6 / max(ours), 2)
        yield Figure("a million written down", million, None, None, f"<= {allowed} s", million <= allowed, "s", {"measured_with": MANY})
        yield Figure("memory that expanding takes", max(memory), None, None, "<= 32 MB", max(memory) <= 32, "MB")
        each = round(bytes_of_recipients() / db.session.scalar(select(func.count()).select_from(AnnouncementRecipient)))
        yield Figure("bytes of a recipient, with its indexes", each, None, None, "<= 200", each <= 200, "bytes")
        worst, usual = round(max(waits) * 1000, 1), round(percentile(waits, 0.99) * 1000, 1)
        yield Figure(
            "longest wait of another writer meanwhile",
            worst,
            None,
            None,
            "<= 50 ms",
            worst <= 50,
            "ms",
            {"p99": usual, "writes": len(waits), "longest_when_quiet": round(max(quiet) * 1000, 1)},
        )


def bytes_of_recipients() -> int:
    if ON_POSTGRES:
        return int(db.session.scalar(text("SELECT pg_total_relation_size('announcement_recipients')")))
    like = "SELECT sum(pgsize) FROM dbstat WHERE name = 'announcement_recipients' OR name LIKE '%announcement_recipients_%'"
    return int(db.session.scalar(text(like)))


def raw_expansion(school: School, staff: Staff) -> None:
    """The least that could be asked of the database, in the same stretches and with the same gap."""
    with transaction():
        announcement = Announcement(district_id=school.district_id, author_id=staff.id, state=AnnouncementState.CANCELLED)
        db.session.add(announcement)
        db.session.flush()
        number = announcement.id
    first, last = db.session.execute(text("SELECT min(id), max(id) FROM guardians")).one()
    for after in range(first - 1, last, expansion.STRETCH):
        with transaction():
            values = {"id": number, "after": after, "through": after + expansion.STRETCH, "school": school.id}
            db.session.execute(text(RAW), values)
        time.sleep(expansion.BREATH)
