"""What sending an announcement now would do: counted from the very rows that the expansion would write down."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, exists, func, literal, select

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements import tokens
from app.announcements.audience import Audience
from app.announcements.channels import SenderPool, Weight, adapter
from app.announcements.heads import heads
from app.announcements.models import Announcement, AnnouncementText, Category, SendTo
from app.announcements.nights import Load, course
from app.announcements.verdicts import Question, verdicts
from app.core.clock import now
from app.core.database import db
from app.core.quiet_hours import NO_QUIET, quiet_hours_of
from app.delivery.gates import home_zone
from app.directory.models import District, Guardian, Guardianship, Student

PREFIX = 8
"""Characters of a number by which zones are told apart: the plus sign and seven digits."""

SOMEWHERE = ZoneInfo("UTC")
"""Where nobody asks for the hour."""


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
    unknown_tokens: list[str] = field(default_factory=list)
    unresolved_tokens: dict[str, int] = field(default_factory=dict)
    """Fields without a fallback, and how many readers have no value for them."""

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


def plan(announcement: Announcement, author: Staff, at: datetime | None = None) -> Plan:
    """Count what sending it at `at` (now, if not given) would do. Only reads. Raises ChannelAway."""
    at = at or now()
    district = db.session.get_one(District, announcement.district_id)
    asked = questions(announcement, author)
    groups = {name: _groups(question) for name, (question, _pool) in asked.items()}
    counted = heads([question for question, _pool in asked.values()], next(iter(groups.values()), ()))
    channels = {}
    for name, (question, pool) in asked.items():
        texts = {text.language: text for text in announcement.texts if text.channel == name}
        channels[name] = _channel(
            groups[name], question, pool, texts, settings=district.settings, is_emergency=announcement.category == Category.EMERGENCY, at=at
        )
    students, without = _students(author, audiences.read(announcement.audience), announcement.send_to)
    bodies = [text.subject + text.whole for text in announcement.texts if text.channel in announcement.channels]
    unknown = tokens.unknown(bodies)
    return Plan(
        planned_at=at.isoformat(),
        version=announcement.version,
        students=students,
        students_without_contact=without,
        **asdict(counted),
        channels=channels,
        unknown_tokens=unknown,
        unresolved_tokens=tokens.unresolved(announcement, author, [question for question, _ in asked.values()]),
    )


def _groups(question: Question) -> Sequence[Any]:
    """The verdicts, alike ones together."""
    rows = verdicts(question).subquery()
    place = func.substr(rows.c.address, 1, PREFIX) if question.channel.tells_zone else literal("")
    alike = (rows.c.source, rows.c.reason, rows.c.language, rows.c.zone, rows.c.postal_code)
    return db.session.execute(
        select(*alike, func.min(rows.c.address).label("address"), func.count().label("number")).group_by(
            *alike, case((rows.c.reason.is_(None), place))
        )
    ).all()


def _channel(
    groups: Sequence[Any],
    question: Question,
    pool: SenderPool | None,
    texts: dict[str, AnnouncementText],
    *,
    settings: dict[str, Any],
    is_emergency: bool,
    at: datetime,
) -> ChannelPlan:
    skipped: Counter[str] = Counter()
    by_language: Counter[str] = Counter()
    by_zone: dict[ZoneInfo, Counter[str]] = defaultdict(Counter)
    quiet = NO_QUIET if is_emergency or pool is None else quiet_hours_of(settings)
    for _source, reason, language, zone, postal_code, address, number in groups:
        if reason is not None:
            skipped[reason] += number
            continue
        by_language[language] += number
        by_zone[SOMEWHERE if pool is None or is_emergency else home_zone(pool.zone, zone, postal_code, address)][language] += number
    weights = {language: question.channel.weigh(texts[language], settings) for language in by_language}
    per_second = pool.per_second if pool else 0.0
    loads = {zone: _load(found, weights) for zone, found in by_zone.items()}
    going = course(loads, per_second, at, quiet) if loads and per_second > 0 else None
    return ChannelPlan(
        addresses=by_language.total(),
        skipped=dict(sorted(skipped.items())),
        languages=[_language(name, number, weights[name]) for name, number in by_language.most_common()],
        held=[Hold(moment.isoformat(), number) for moment, number in sorted(going.held.items())] if going else [],
        units=sum(weights[name].units * number for name, number in by_language.items()),
        cents=sum(float(weights[name].cents) * number for name, number in by_language.items()),
        scope=pool.scope if pool else None,
        per_second=per_second,
        finish_at=going.finish_at.isoformat() if going else None,
        zones={zone.key: found.total() for zone, found in by_zone.items()} if quiet.start != quiet.end else {},
        quiet=[quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")],
    )


def _language(name: str, number: int, weight: Weight) -> LanguagePlan:
    return LanguagePlan(name, number, weight.units, float(weight.cents) * number, weight.at_least)


def _load(found: Counter[str], weights: dict[str, Weight]) -> Load:
    return Load(found.total(), sum(weights[language].units * number for language, number in found.items()))


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
