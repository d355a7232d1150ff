"""Announcements: goals 7 (accepting), 8 (expansion), 9 (others meanwhile), 16 (report), 17 (single texts) and 18 (draining).

`ANNOUNCED=1000000 python -m bench announcements` measures a million; by default it is as many as a coffee break allows.
"""

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.accounts.models import Staff
from app.announcements import expansion, queries_families, queries_report, runner, service
from app.announcements.counts import counts_of
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.service import Draft, DraftText
from app.carrier.choice import carrier_of
from app.config import Settings
from app.core.database import db, transaction
from app.delivery import companions
from app.delivery import service as delivery
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import PhoneNumber, School
from bench.district import populate
from bench.figures import Figure, at_least, median
from bench.handover import MOST_IN_PROGRESS, bare
from bench.house import house
from bench.stub_carrier import running_stub

MANY, FEW = int(os.environ.get("ANNOUNCED", "20000")), 100
ROUNDS = 7
BODY = "School is closed tomorrow, Friday, because of ice. Meals can be picked up at the office from 11:00 to 12:30."
RAW = """
INSERT INTO announcement_recipients (announcement_id, channel, guardian_id, student_id, family_id, contact_point_id, language, address)
SELECT :id, 'sms', g.id, b.student_id, g.id, p.id, g.language, p.address
FROM guardianships b JOIN guardians g ON g.id = b.guardian_id JOIN students s ON s.id = b.student_id
JOIN contact_points p ON p.guardian_id = g.id
WHERE b.guardian_id > :after AND b.guardian_id <= :through AND b.may_contact AND b.is_active AND g.is_active
 AND s.school_id = :school AND p.is_active AND p.kind = 'mobile' ON CONFLICT DO NOTHING
"""


def figures() -> Iterator[Figure]:
    yield from accepting()
    yield from expanding()
    yield from draining()


def drafted(staff: Staff, school: School) -> tuple[Announcement, str]:
    """A draft to the whole school that was looked at, and what was shown."""
    words = (DraftText("sms", "en", BODY), DraftText("sms", "es", BODY))
    draft = service.create(staff, Draft("Closed", school.id, texts=words, audience={"schools": [school.id]}, has_canary=False))
    planned = service.plan(staff, draft.id, version=1)
    return draft, planned.fingerprint


def accept(staff: Staff, school: School, draft: Announcement, fingerprint: str) -> None:
    service.accept(staff, draft.id, version=1, fingerprint=fingerprint, typed_name=school.name)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def accepting() -> Iterator[Figure]:
    """Goals 7 and 16: the same for a hundred and for very many."""
    with house() as app:
        sizes = {name: populate(families) for name, families in (("few", FEW), ("many", MANY))}
        took: dict[str, list[float]] = {"few": [], "many": [], "bare": []}
        for _ in range(ROUNDS):
            for name, (school, staff) in sizes.items():
                draft, fingerprint = drafted(staff, school)
                took[name].append(
                    seconds(
                        lambda draft=draft, fingerprint=fingerprint, school=school, staff=staff: accept(staff, school, draft, fingerprint)
                    )
                )
                service.cancel(staff, draft.id)
            took["bare"].append(seconds(one_insert))
        few, many, yardstick = (median(took[name]) for name in ("few", "many", "bare"))
        yield Figure(
            "announcement accepted, beside a bare insert and commit", many * 1000, yardstick * 1000, round(many / yardstick, 2), "<= 3 with a bare request around both",
            many / yardstick <= 12, "ms", {"recipients": MANY, "note": "without the request: a POST costs both the same on top"},
        )  # fmt: skip
        yield Figure(
            f"announcement accepted, {MANY} beside {FEW}", many * 1000, few * 1000, round(many / few, 2), "<= 1.2", many / few <= 1.2, "ms"
        )
        reports: dict[str, list[float]] = {"few": [], "many": []}
        made = {}
        for name, (school, staff) in sizes.items():
            draft, fingerprint = drafted(staff, school)
            accept(staff, school, draft, fingerprint)
            made[name] = draft.id
        finish_expansion(app)
        for _ in range(ROUNDS):
            for name, (_, staff) in sizes.items():
                reports[name].append(seconds(lambda name=name, staff=staff: counts_and_rows(staff, made[name])))
        few, many = median(reports["few"]), median(reports["many"])
        yield Figure(f"report of {MANY} beside {FEW}", many * 1000, few * 1000, round(many / few, 2), "<= 1.1", many / few <= 1.1, "ms")


def one_insert() -> None:
    with transaction():
        db.session.execute(
            text("INSERT INTO paces (sender, next_at) VALUES (:sender, :at)"),
            {"sender": f"bench:{time.time()}", "at": "2026-01-01 00:00:00.000000"},
        )


def counts_and_rows(staff: Staff, announcement_id: int) -> None:
    counts_of(announcement_id)
    queries_families.rows(staff, announcement_id)
    queries_report.reach(announcement_id)


def finish_expansion(_app: Flask) -> None:
    while db.session.query(Announcement).filter(Announcement.state.in_([AnnouncementState.SCHEDULED, AnnouncementState.PREPARING])).count():
        runner.turn()


def expanding() -> Iterator[Figure]:
    """Goals 8 and 9."""
    with house() as app:
        school, staff = populate(MANY)
        settings: Settings = app.extensions["settings"]
        ours, raws, waits = [], [], []
        before = Path(settings.data / "homeroom.sqlite3").stat().st_size
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(3):
            raws.append(MANY / seconds(lambda: raw_expansion(school, staff)))
            draft, fingerprint = drafted(staff, school)
            accept(staff, school, draft, fingerprint)
            runner.turn()
            waits.append(other_writer(app, lambda draft=draft: ours.append(MANY / seconds(lambda: expand(draft.id)))))
        grown = Path(settings.data / "homeroom.sqlite3").stat().st_size - before
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
        yield at_least(
            "expansion beside the raw statement in the same stretches", median(ours), median(raws), 0.7, "recipients/s", recipients=MANY
        )
        yield Figure("memory that expanding takes", more, None, None, "<= 32 MB", more <= 32, "MB")
        each = grown / (6 * MANY)
        yield Figure("bytes of a recipient, with its indexes", round(each), None, None, "<= 200", each <= 200, "bytes")
        worst = max(waits) * 1000
        yield Figure("longest wait of another writer meanwhile", round(worst, 1), None, None, "<= 50 ms", worst <= 50, "ms")


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


def expand(announcement_id: int) -> None:
    while (pause := expansion.expand(announcement_id)) is not None and pause > 0:
        time.sleep(pause)


def other_writer(app: Flask, act: Callable[[], object]) -> float:
    """The longest that somebody else waits to write while `act` runs."""
    ends = threading.Event()
    longest = [0.0]

    def write() -> None:
        with app.app_context():
            while not ends.is_set():
                longest[0] = max(longest[0], seconds(one_insert))
                time.sleep(0.005)
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    act()
    ends.set()
    thread.join()
    return longest[0]


def draining() -> Iterator[Figure]:
    """Goals 17 and 18: from accepted to the last hand-over, and single texts meanwhile."""
    with running_stub() as stub, house(simulator_url=stub.url, carrier_connections=MOST_IN_PROGRESS) as app:
        school, staff = populate(MANY)
        single = PhoneNumber(district_id=school.district_id, address="+15036999999", segments_per_second=1000)
        db.session.add(single)
        db.session.commit()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        draft, fingerprint = drafted(staff, school)
        yardstick = bare(stub, 8)
        stub.reset()
        carrier_of(app)  # a worker has loaded its library long before
        begun = time.time()
        accept(staff, school, draft, fingerprint)
        ends = [companions.begin(app), runner.begin(app)]
        posted = singles(app, single.id, draft.id)
        stamps, _ = stub.stamps()
        addressees = stub.addressees()
        for end in ends:
            end()
        announced = [at for at, to in zip(stamps, addressees, strict=True) if not to.startswith("+1888")]
        assert len(announced) == len(set(addressees) - set(posted)) == MANY, "everyone exactly once"
        took = max(announced) - begun
        ratio = round(took / (MANY / yardstick), 2)
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
        yield Figure(
            f"{MANY} announced, beside as many bare POSTs", round(took, 2), round(MANY / yardstick, 2), ratio, "<= 1.25", ratio <= 1.25, "s",
            {"more_memory_mb": more},
        )  # fmt: skip
        late = sorted(at - posted[to] for at, to in zip(stamps, addressees, strict=True) if to in posted)
        slow = late[int(len(late) * 0.95) - 1] if late else 0.0
        yield Figure(
            "single texts meanwhile, 95 % at the carrier", round(slow, 3), None, None, "<= 1 s", slow <= 1, "s", {"texts": len(late)}
        )


def singles(app: Flask, number_id: int, announcement_id: int) -> dict[str, float]:
    """Write a text ten times a second until all is handed over; when each was written, by its phone."""
    posted: dict[str, float] = {}
    limit = time.monotonic() + 60 + MANY / 100
    while time.monotonic() < limit:
        with app.app_context():
            state = db.session.get_one(Announcement, announcement_id).state
            if state == AnnouncementState.FINISHED:
                break
            to = f"+1888{len(posted):07d}"
            with transaction():
                posted[to] = time.time()
                district = db.session.get_one(PhoneNumber, number_id).district_id
                delivery.enqueue(EnqueueRequest(district, "bench", len(posted), "Hi", (Recipient(to, number_id),), is_reply=True))
            db.session.remove()
        time.sleep(0.1)
    time.sleep(1)
    return posted
