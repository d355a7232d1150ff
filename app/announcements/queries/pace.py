"""When an announcement is through: from what waits over each channel, and the pace at which it really leaves."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select, text

from app.announcements import planner, sharing
from app.announcements.canary import Canary
from app.announcements.channels import adapter
from app.announcements.counts import Counts, counts_of_each
from app.announcements.models import Announcement, AnnouncementReach, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.nights import Load, course
from app.announcements.planner import ChannelPlan
from app.announcements.recipients_again import OWNER
from app.core.clock import now
from app.core.database import db
from app.core.quiet_hours import is_quiet, quiet_hours_of, release_time, zone_named
from app.delivery.models import Delivery

LATELY = timedelta(minutes=10)
"""What tells the real pace: less would jump with every wave of a busy number."""
ENOUGH_SECONDS, SURE_SECONDS = 20, 60
"""How long it is measured before it says anything, and before it says all."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asleep:
    """How many copies wait for the morning, by channel, and when the first of them leave."""

    copies: dict[str, int]
    until: datetime
    is_all: bool
    """Whether nothing else is still to leave."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How many copies left over a channel in how many seconds."""

    copies: int
    seconds: float

    def beside(self, planned: float) -> float:
        """Copies a second: the longer it was measured, the less the planned pace counts. Nothing jumps as soon as there is a measure."""
        share = min(1.0, self.seconds / SURE_SECONDS)
        return 1 / (share * self.seconds / self.copies + (1 - share) / planned)


def eta(announcement: Announcement, counts: Counts, others: Sequence[int]) -> datetime | None:
    """When the last of what waits leaves, if nothing else is sent than what goes out now; `others` are those `besides` it.

    None also where all had left before: each next try has a time of its own.
    """
    is_moving = announcement.state in {AnnouncementState.PREPARING, AnnouncementState.SENDING}
    if not is_moving or announcement.plan is None or announcement.finished_at is not None:
        return None
    planned = planner.read(announcement.plan)
    moment = now()
    begin = max(filter(None, (moment, announcement.canary_until)))
    paces, beside = _paces(announcement, moment), list(counts_of_each(others).values())
    ends = [begin]
    for name, channel in planned.channels.items():
        found = counts.channels.get(name)
        waiting = found.waiting if found is not None else channel.addresses
        if waiting <= 0 or not channel.per_second or not channel.addresses:
            continue
        full_pace = channel.per_second * channel.addresses / max(channel.units, 1)
        in_turn = sum(min(waiting, one.channels[name].waiting) for one in beside if name in one.channels)
        planned_pace = full_pace * waiting / (waiting + in_turn)
        measured = paces.get(name)
        pace = planned_pace if measured is None else min(full_pace, measured.beside(planned_pace))
        ends.append(_end(channel, waiting, pace, begin))
    return max(ends)


@dataclass(frozen=True, slots=True)
class _Night:
    """Over one channel, as it was planned: who sleeps just now."""

    people: int
    awake: int
    free: datetime
    """When the first of them wake."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """In the outbox of one channel."""

    waiting: int = 0
    held: int = 0
    until: datetime | None = None


def asleep(announcement: Announcement, counts: Counts) -> Asleep | None:
    """What the night holds back just now of what goes out; None for nothing, and for what passes it."""
    return _asleep([announcement], {announcement.id: counts}).get(announcement.id)


def asleep_among(announcement_ids: Collection[int]) -> dict[int, Asleep]:
    """What the night holds back of each of those that go out just now; a few queries, however many these are."""
    if not announcement_ids:
        return {}
    held = [one for one in db.session.scalars(select(Announcement).where(Announcement.id.in_(announcement_ids))) if _nights(one)]
    return _asleep(held, counts_of_each([one.id for one in held]))


def _asleep(announcements: Sequence[Announcement], counts: Mapping[int, Counts]) -> dict[int, Asleep]:
    """Where nobody is awake, all that waits does so for the morning; else the outbox knows which.

    Of who is not in it yet, as many sleep as of all.
    """
    nights = {one.id: by_channel for one in announcements if (by_channel := _nights(one))}
    mixed = {number: {name for name, one in by_channel.items() if one.awake} for number, by_channel in nights.items()}
    kept = _kept({name: [number for number, names in mixed.items() if name in names] for name in set().union(*mixed.values())})
    asleep = {}
    for one in announcements:
        copies, ends = dict[str, int](), list[datetime]()
        for name, night in nights.get(one.id, {}).items():
            counted = counts[one.id].channels.get(name)
            held, until = counted.waiting if counted is not None else 0, night.free
            if night.awake:
                found = kept.get((one.id, name), _Kept())
                unfed = 0 if one.is_fed else max(0, held - found.waiting)
                held = min(held, found.held + round(unfed * night.people / (night.people + night.awake)))
                until = found.until or night.free
            if held > 0:
                copies[name] = held
                ends.append(until)
        if ends:
            asleep[one.id] = Asleep(copies, min(ends), sum(copies.values()) >= counts[one.id].waiting)
    return asleep


def _nights(announcement: Announcement) -> dict[str, _Night]:
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.plan is None:
        return {}
    moment, found = now(), dict[str, _Night]()
    for name, channel in planner.read(announcement.plan).channels.items():
        window = quiet_hours_of({"quiet_hours": channel.quiet})
        zones = {zone: number for key, number in channel.zones.items() if (zone := zone_named(key)) is not None}
        sleeping = {zone: number for zone, number in zones.items() if number and is_quiet(moment, zone, window)}
        if sleeping:
            people = sum(sleeping.values())
            free = min(release_time(moment, zone, window) for zone in sleeping)
            found[name] = _Night(people, sum(zones.values()) - people, free)
    return found


def _kept(wanted: Mapping[str, Sequence[int]]) -> dict[tuple[int, str], _Kept]:
    """What waits in the outbox over each channel of the announcements named with it, and what of that for the morning."""
    moment, found = now(), dict[tuple[int, str], _Kept]()
    for name, ids in wanted.items():
        waits = select(Delivery.owner_id, Delivery.held_until).where(text(adapter(name).waiting), Delivery.owner_kind == OWNER).subquery()
        held = case((waits.c.held_until > moment, waits.c.held_until))
        of = AnnouncementRecipient.announcement_id
        rows = db.session.execute(
            select(of, func.count(), func.count(held), func.min(held))
            .select_from(waits)
            .join(AnnouncementRecipient, AnnouncementRecipient.id == waits.c.owner_id)
            .where(of.in_(ids))
            .group_by(of)
        )
        found |= {(row[0], name): _Kept(*row[1:]) for row in rows}
    return found


def besides(announcement: Announcement) -> list[int]:
    """The others that go out now over the same numbers, and with which it takes turns."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.is_fed:
        return []
    found = sharing.rivals(announcement)
    return found if found and not sharing.goes_ahead(announcement, is_few=sharing.is_few(announcement)) else []


def _end(channel: ChannelPlan, waiting: int, pace: float, begin: datetime) -> datetime:
    """When the last of those who wait leaves. Who sleeps now waits as a whole; the others wait in their zones as they were planned."""
    window = quiet_hours_of({"quiet_hours": channel.quiet})
    planned = {zone: number for name, number in channel.zones.items() if (zone := zone_named(name)) is not None}
    if not planned:
        return begin + timedelta(seconds=waiting / pace)
    asleep = sum(number for zone, number in planned.items() if is_quiet(begin, zone, window))
    awake = sum(planned.values()) - asleep
    stay = waiting if not awake else min(asleep, waiting)
    loads = {}
    for zone, number in planned.items():
        share = number * (stay / asleep if is_quiet(begin, zone, window) else (waiting - stay) / awake)
        loads[zone] = Load(share, share)
    return course(loads, pace, begin, window).finish_at


def _paces(announcement: Announcement, moment: datetime) -> dict[str, Measured]:
    """What really left over each channel lately: a busy number is shared, and a call takes its time.

    The first few and the wait for their news say nothing about the rest, which begins somewhere in a minute: it counts from the next.
    """
    began = announcement.started_at
    if began is None or announcement.canary_until is not None or (moment - began).total_seconds() < ENOUGH_SECONDS:
        return {}
    reach, first_few = AnnouncementReach, 0
    since = (moment - LATELY).replace(second=0, microsecond=0)
    canary = Canary.that_was(announcement) if began >= since else None
    if canary is not None:
        first_few = canary.of_each(len(announcement.channels))
    minutes: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for channel, minute, number in db.session.execute(
        select(reach.channel, reach.minute, func.sum(reach.n))
        .where(reach.announcement_id == announcement.id, reach.outcome == Outcome.HANDED_OVER, reach.minute >= since)
        .group_by(reach.channel, reach.minute)
        .order_by(reach.minute)
    ):
        minutes[channel].append((minute, int(number)))
    found = {}
    for channel, rows in minutes.items():
        rest = _after_the_first(rows, first_few)
        if rest:
            one = Measured(sum(number for _minute, number in rest), (moment - max(rest[0][0], began)).total_seconds())
            if one.copies > 0 and one.seconds >= ENOUGH_SECONDS:
                found[channel] = one
    return found


def _after_the_first(rows: list[tuple[datetime, int]], first_few: int) -> list[tuple[datetime, int]]:
    left = 0
    for index, (_minute, number) in enumerate(rows):
        left += number
        if left > first_few:
            return rows[index + 1 :] if first_few else rows[index:]
    return []
