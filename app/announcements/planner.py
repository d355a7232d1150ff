"""What sending an announcement now would do: counted from the very rows that the expansion would write down."""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import case, exists, func, select

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements import tokens
from app.announcements import weights as weights_of
from app.announcements.audience import Audience
from app.announcements.canary import wait_for_first
from app.announcements.channels import SenderPool, Weight, adapter
from app.announcements.field_troubles import Trouble, troubles
from app.announcements.heads import Heads, heads
from app.announcements.kept_counts import Keep, anew
from app.announcements.models import Announcement, Category, SendTo
from app.announcements.nights import Load, course_after_first
from app.announcements.tallies import Tally, groups_of, tally
from app.announcements.verdicts import Question
from app.announcements.weights import Mean
from app.core.clock import now
from app.core.database import db
from app.core.quiet_hours import NO_QUIET, Window, quiet_hours_of
from app.directory.models import District, Guardian, Guardianship, Student


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """One text of a channel: how many get it, and what a copy takes."""

    language: str
    people: int
    units: int
    cents: float
    """For all copies."""
    at_least: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """How many leave only after a night that is over then: the present one, or one that begins while it runs."""

    until: str
    people: int


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """One channel. `addresses` and all of `skipped` together are all people."""

    addresses: int
    skipped: dict[str, int]
    languages: list[LanguagePlan]
    held: list[Hold]
    units: int
    cents: float
    scope: str | None
    per_second: float
    finish_at: str | None
    """When the last one leaves at the numbers' pace, if it began now and nothing else did."""
    zones: dict[str, int] = field(default_factory=dict)
    """People by the zone in which they sleep; empty where nobody is asked."""
    quiet: list[str] = field(default_factory=list)
    """From and to, as the district's settings say it."""
    unread: dict[str, int] = field(default_factory=dict)
    """How many of them get it in another language than their own, by their own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was counted at `planned_at`. Moments are ISO text, so that a plan can be kept in its announcement."""

    planned_at: str
    version: int
    students: int
    students_without_contact: int
    families: int
    families_reached: int
    people: int
    people_reached: int
    channels: dict[str, ChannelPlan]
    unknown_tokens: list[Trouble] = field(default_factory=list)
    unresolved_tokens: dict[str, int] = field(default_factory=dict)
    """Fields without a fallback, and how many readers have no value for them."""
    missed: dict[str, int] = field(default_factory=dict)
    """Who is reached over none of the channels, each once, by reason."""

    @property
    def addresses(self) -> int:
        """Over all channels."""
        return sum(channel.addresses for channel in self.channels.values())

    @property
    def cents(self) -> float:
        """Over all channels."""
        return sum(channel.cents for channel in self.channels.values())

    @property
    def held(self) -> int:
        """How many wait for their morning."""
        return sum(hold.people for channel in self.channels.values() for hold in channel.held)

    @property
    def is_all_held(self) -> bool:
        """Whether nothing leaves before the morning."""
        return 0 < self.addresses == self.held

    @property
    def finish_at(self) -> datetime | None:
        """When the slowest channel is through."""
        ends = [channel.finish_at for channel in self.channels.values() if channel.finish_at]
        return datetime.fromisoformat(max(ends)) if ends else None

    @property
    def fingerprint(self) -> str:
        """The same for plans that do the same; the hour does not matter."""
        same = [self.version, self.families, self.people, {name: (one.addresses, one.skipped) for name, one in self.channels.items()}]
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """As the announcement keeps it."""
        return asdict(self)


def read(document: dict[str, Any]) -> Plan:
    """A plan from its document."""
    channels = {
        name: ChannelPlan(
            **{
                **one,
                "languages": [LanguagePlan(**each) for each in one["languages"]],
                "held": [Hold(**each) for each in one["held"]],
            }
        )
        for name, one in document["channels"].items()
    }
    return Plan(**{**document, "channels": channels})


def questions(announcement: Announcement, author: Staff) -> dict[str, tuple[Question, SenderPool | None]]:
    """For each channel what is asked of `verdicts`, and who would speak. Raises ChannelAway."""
    chosen = audiences.read(announcement.audience)
    asked = {}
    for name in announcement.channels:
        channel = adapter(name)
        pool = channel.pool(announcement)
        languages = tuple(text.language for text in announcement.texts if text.channel == name and (text.body.strip() or text.media))
        asked[name] = (
            Question(
                announcement.id, author, chosen, announcement.send_to, channel, pool.scope if pool else "", languages,
                announcement.fallback_language,
            ),
            pool,
        )  # fmt: skip
    return asked


def asked_for(announcement: Announcement, author: Staff, asked: dict[str, tuple[Question, SenderPool | None]]) -> Hashable:
    """All that the counts of an audience depend on, besides the rows themselves. Words do not matter, only in which languages they are."""
    channels = tuple((name, one.scope, one.languages, pool.zone if pool else None) for name, (one, pool) in asked.items())
    is_emergency = announcement.category == Category.EMERGENCY
    whom = (audiences.read(announcement.audience), announcement.send_to, announcement.fallback_language, is_emergency)
    return (author.id, author.role, announcement.school_id, whom, channels)


def plan(announcement: Announcement, author: Staff, at: datetime | None = None, keep: Keep = anew) -> Plan:
    """Count what sending it at `at` (now, if not given) would do; `keep` may know it. Only reads. Raises ChannelAway."""
    at = at or now()
    district = db.session.get_one(District, announcement.district_id)
    asked = questions(announcement, author)
    is_emergency = announcement.category == Category.EMERGENCY
    key = asked_for(announcement, author, asked)
    counted = keep(("people", key), lambda: _counted(announcement, author, asked))
    channels = {}
    wait = _first_ones(announcement, counted, asked, is_emergency=is_emergency)
    for name, (question, pool) in asked.items():
        texts = {text.language: text for text in announcement.texts if text.channel == name}
        found = counted.tallies[name]
        weights = {language: question.channel.weigh(texts[language], district.settings) for language in found.languages}
        means = {language: Mean(weight.units, float(weight.cents)) for language, weight in weights.items()}
        if any(weight.at_least for weight in weights.values()):
            some = keep(("some", name, key), partial(weights_of.some, announcement, author, question, found.people))
            means |= weights_of.means(question, texts, some, district.settings)
        quiet = NO_QUIET if is_emergency or pool is None else quiet_hours_of(district.settings)
        channels[name] = _channel(found, pool, weights, means, quiet=quiet, at=at, wait=wait)
    return Plan(
        planned_at=at.isoformat(),
        version=announcement.version,
        students=counted.students,
        students_without_contact=counted.students_without_contact,
        **asdict(counted.heads),
        channels=channels,
        unknown_tokens=troubles(text for text in announcement.texts if text.channel in announcement.channels),
        unresolved_tokens=keep(
            ("fields", tokens.needed(announcement), key),
            lambda: tokens.unresolved(announcement, author, [question for question, _ in asked.values()]),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is the same whatever the words are, and at any hour."""

    heads: Heads
    tallies: dict[str, Tally]
    students: int
    students_without_contact: int


def _counted(announcement: Announcement, author: Staff, asked: dict[str, tuple[Question, SenderPool | None]]) -> _Counted:
    groups = {name: groups_of(question) for name, (question, _pool) in asked.items()}
    is_emergency = announcement.category == Category.EMERGENCY
    return _Counted(
        heads([question for question, _pool in asked.values()], next(iter(groups.values()), ())),
        {name: tally(groups[name], pool, is_emergency=is_emergency) for name, (_question, pool) in asked.items()},
        *_students(author, audiences.read(announcement.audience), announcement.send_to),
    )


def _first_ones(
    announcement: Announcement, counted: _Counted, asked: dict[str, tuple[Question, SenderPool | None]], *, is_emergency: bool
) -> timedelta:
    """How long the rest waits for news of the first few."""
    if not announcement.has_canary or is_emergency:
        return timedelta()
    paces = [pool.per_second for _question, pool in asked.values() if pool is not None]
    return wait_for_first(sum(found.people for found in counted.tallies.values()), min(paces, default=0.0))


def _channel(
    found: Tally,
    pool: SenderPool | None,
    weights: dict[str, Weight],
    means: dict[str, Mean],
    *,
    quiet: Window,
    at: datetime,
    wait: timedelta,
) -> ChannelPlan:
    by_language = sum(found.by_zone.values(), Counter[str]())
    per_second = pool.per_second if pool else 0.0
    loads = {zone: _load(number, means) for zone, number in found.by_zone.items()}
    going = course_after_first(loads, per_second, at, quiet, wait) if loads and per_second > 0 else None
    return ChannelPlan(
        addresses=by_language.total(),
        skipped=dict(found.skipped),
        languages=[
            LanguagePlan(name, number, weights[name].units, means[name].cents * number, weights[name].at_least)
            for name, number in by_language.most_common()
        ],
        held=[Hold(moment.isoformat(), number) for moment, number in sorted(going.held.items())] if going else [],
        units=round(sum(means[name].units * number for name, number in by_language.items())),
        cents=sum(means[name].cents * number for name, number in by_language.items()),
        scope=pool.scope if pool else None,
        per_second=per_second,
        finish_at=going.finish_at.isoformat() if going else None,
        zones={zone.key: number.total() for zone, number in found.by_zone.items()} if quiet.start != quiet.end else {},
        quiet=[quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")],
        unread=found.unread,
    )


def _load(found: Counter[str], means: dict[str, Mean]) -> Load:
    return Load(found.total(), sum(means[language].units * number for language, number in found.items()))


def _students(author: Staff, chosen: Audience, send_to: str) -> tuple[int, int]:
    """How many students, and how many of them have nobody whom the records let us contact."""
    if not chosen.names_students or send_to == SendTo.PERSON:
        return 0, 0
    somebody = exists().where(
        Guardianship.student_id == Student.id,
        Guardianship.is_active.is_(True),
        Guardianship.may_contact.is_(True),
        Guardian.id == Guardianship.guardian_id,
        Guardian.is_active.is_(True),
    )
    wanted = audiences.student_ids(author, chosen).subquery()
    found = db.session.execute(
        select(func.count(), func.count(case((~somebody, 1)))).select_from(Student).join(wanted, wanted.c.id == Student.id)
    ).one()
    return found[0], found[1]
