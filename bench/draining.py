"""An announcement while it drains: goals 9 (pages), 15 (its callbacks), 17 (single texts) and 18 (all of it)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import func, select

from app.announcements.counts import counts_of
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import pace as queries_pace
from app.announcements.runner import mover
from app.carrier.callback_inbox import append
from app.carrier.choice import carrier_of
from app.carrier.forms import StatusForm
from app.carrier.models import CarrierCallback
from app.core.database import db, transaction
from app.delivery import companions
from app.delivery import service as delivery
from app.delivery.models import Delivery
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import PhoneNumber
from bench.announcing import MANY, Form, accept, drafted, meanwhile, our_house, own_memory, percentile
from bench.district import populate
from bench.figures import Figure
from bench.handover import MOST_IN_PROGRESS, bare
from bench.pages import fill
from bench.stub_carrier import Stub, running_stub

CALLBACKS_PER_SECOND, TOLD, AT_ONCE = 1000, 2500, 50


@dataclass
class Watch:
    """What was seen while it drained."""

    posted: dict[str, float] = field(default_factory=dict)
    """When each single text was written, by its phone."""
    foretold: float = 0.0
    """When the page said, half way through, that it would be over."""
    begun: float = 0.0
    memory: int = 0


def draining() -> Iterator[Figure]:
    with running_stub() as stub, our_house(simulator_url=stub.url, carrier_connections=MOST_IN_PROGRESS) as app:
        school, staff = populate(MANY)
        fill(staff, 50, 5)
        number = PhoneNumber(district_id=school.district_id, address="+15036999999", segments_per_second=1000)
        db.session.add(number)
        db.session.commit()
        draft, fingerprint = drafted(staff, school)
        browser, page = Form(app, staff), "/conversations?filter=mine"  # where a leader's inbox opens
        with meanwhile(app, lambda: browser.get(page), 0.02) as quiet:
            time.sleep(4)
        yardsticks = [bare(stub, 8) for _ in range(2)]
        stub.reset()
        carrier_of(app)  # a worker has loaded its library long before
        db.session.rollback()
        memory = own_memory()
        watch = Watch(begun=time.time())
        accept(staff, school, draft, fingerprint)
        db.session.commit()  # whoever goes on reading keeps SQLite from emptying its log, and PostgreSQL from forgetting what changed
        ends = [companions.begin(app), mover.begin(app)]
        with meanwhile(app, lambda: browser.get(page), 0.1) as busy:
            look_on(app, number, draft.id, watch)
        told = applied(draft.id)
        stamps, _ = stub.stamps()
        addressees = stub.addressees()
        for end in ends:
            end()
        yardsticks.append(bare_again(stub))
        yield from drained(watch, stamps, addressees, sum(yardsticks) / len(yardsticks), memory)
        yield single_texts(watch, stamps, addressees)
        before, during = percentile(quiet, 0.99) * 1000, percentile(busy, 0.99) * 1000
        yield Figure(
            "the inbox while an announcement drains, p99 beside quiet", round(during, 1), round(before, 1), round(during / before, 2), "<= 2",
            during <= 2 * before, "ms", {"pages": len(busy), "p50": round(percentile(busy, 0.5) * 1000, 1), "quiet_p50": round(percentile(quiet, 0.5) * 1000, 1)},
        )  # fmt: skip
        yield Figure("callbacks of an announcement applied, 1,000/s", round(told, 3), None, None, "<= 1 s after they came", told <= 1, "s")


def bare_again(stub: Stub) -> float:
    stub.reset()
    return bare(stub, 8)


def drained(watch: Watch, stamps: list[float], addressees: list[str], yardstick: float, memory: int) -> Iterator[Figure]:
    announced = [at for at, to in zip(stamps, addressees, strict=True) if not to.startswith("+1888")]
    assert len(announced) == len(set(addressees) - set(watch.posted)) == MANY, "everyone exactly once"
    took = max(announced) - watch.begun
    ratio = round(took / (MANY / yardstick), 2)
    yield Figure(
        f"{MANY} announced, beside as many bare POSTs", round(took, 2), round(MANY / yardstick, 2), ratio, "<= 1.25", ratio <= 1.25, "s",
        {"first_after": round(min(announced) - watch.begun, 2)},
    )  # fmt: skip
    more = watch.memory - memory
    yield Figure("memory that draining takes", more, None, None, "<= 64 MB", more <= 64, "MB")
    if watch.foretold:
        off = abs(watch.foretold - max(announced))
        yield Figure("end foretold half way, off by", round(off, 1), round(took, 1), round(off / took, 2), "report", True, "s")


def single_texts(watch: Watch, stamps: list[float], addressees: list[str]) -> Figure:
    late = sorted(at - watch.posted[to] for at, to in zip(stamps, addressees, strict=True) if to in watch.posted)
    slow = percentile(late, 0.95) if late else 0.0
    return Figure("single texts meanwhile, 95 % at the carrier", round(slow, 3), None, None, "<= 1 s", slow <= 1, "s", {"texts": len(late)})


def look_on(app: Flask, number: PhoneNumber, announcement_id: int, watch: Watch) -> None:
    """Write a text ten times a second until all is handed over, and look at the report's numbers."""
    limit, number_id, district = time.monotonic() + 60 + MANY / 100, number.id, number.district_id
    db.session.commit()  # as before
    while time.monotonic() < limit:
        with app.app_context():
            announcement = db.session.get_one(Announcement, announcement_id)
            if announcement.state == AnnouncementState.FINISHED:
                break
            counts = counts_of(announcement_id)
            if not watch.foretold and counts.together.left * 2 >= MANY and (end := queries_pace.eta(announcement, counts, ())) is not None:
                watch.foretold = end.timestamp()
            to = f"+1888{len(watch.posted):07d}"
            with transaction():
                watch.posted[to] = time.time()
                delivery.enqueue(EnqueueRequest(district, "bench", len(watch.posted), "Hi", (Recipient(to, number_id),), is_reply=True))
            db.session.remove()
        watch.memory = max(watch.memory, own_memory())
        time.sleep(0.1)
    time.sleep(1)


def applied(announcement_id: int) -> float:
    """News of the announcement's texts comes at 1,000 a second; how long one waits at most until its numbers have moved."""
    db.session.rollback()  # what was read so far is from before
    query = select(Delivery.provider_id).where(Delivery.owner_kind == "announcement", Delivery.provider_id.is_not(None)).limit(TOLD)
    ids = list(db.session.scalars(query))
    forms = [StatusForm(one, status, None, None, {}) for status in ("sent", "delivered") for one in ids if one]
    begun = time.perf_counter()
    for start in range(0, len(forms), AT_ONCE):
        time.sleep(max(0.0, begun + start / CALLBACKS_PER_SECOND - time.perf_counter()))
        append(forms[start : start + AT_ONCE])
    limit = time.monotonic() + 60
    while db.session.scalar(select(func.count()).where(CarrierCallback.applied_at.is_(None))) and time.monotonic() < limit:
        db.session.rollback()
        time.sleep(0.05)
    db.session.rollback()
    assert counts_of(announcement_id).together.delivered == len(ids), "every callback moved a number"
    return max((row.applied_at - row.received_at).total_seconds() for row in db.session.scalars(select(CarrierCallback)) if row.applied_at)
