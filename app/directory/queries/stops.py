"""Which of our senders a phone has stopped, and which still reach it: nobody should have to guess what "opted out" means."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.database import db
from app.core.phone_numbers import for_people
from app.directory.models import ALL_SENDERS, AUTOMATED_CALLS, EMAILS, Consent, ConsentKind, MessagingService, PhoneNumber, Purpose, School


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody of ours who texts: a pool, or a number outside of all pools, with what families see of it."""

    scope: str
    purpose: str
    name: str
    """The pool's, or whose the number is; empty for a number of nobody in particular."""
    numbers: tuple[str, ...]
    """As people read them."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A sender that a phone hears nothing from, since when, and who said so."""

    voice: Voice
    since: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Stops:
    """What one phone has stopped, the newest first, and who still reaches it."""

    stopped: tuple[Stop, ...]
    reaching: tuple[Voice, ...]

    @property
    def of_conversations(self) -> tuple[Stop, ...]:
        """Those of senders that threads leave from."""
        return tuple(stop for stop in self.stopped if stop.voice.purpose == Purpose.CONVERSATION)


def stops_of(district_id: int, addresses: Collection[str]) -> dict[str, Stops]:
    """The standing stops of those addresses that have any. One query; three if there are some."""
    newest = (
        select(func.max(Consent.id))
        .where(Consent.district_id == district_id, Consent.address.in_(addresses), Consent.scope.not_in([AUTOMATED_CALLS, EMAILS]))
        .group_by(Consent.address, Consent.scope)
    )
    entries = db.session.scalars(select(Consent).where(Consent.id.in_(newest)).order_by(Consent.id)).all() if addresses else []
    if all(entry.kind != ConsentKind.OPTED_OUT for entry in entries):
        return {}
    voices = voices_of(district_id)
    by_scope = {voice.scope: voice for voice in voices}
    standing: dict[str, dict[str, Consent]] = {}
    for entry in entries:
        mine = standing.setdefault(entry.address, {})
        for scope in by_scope if entry.scope == ALL_SENDERS else [entry.scope]:
            if scope in by_scope:
                mine[scope] = entry
    found = {}
    for address, mine in standing.items():
        out = {scope: entry for scope, entry in mine.items() if entry.kind == ConsentKind.OPTED_OUT}
        if out:
            stopped = [Stop(by_scope[scope], entry.at, entry.source) for scope, entry in out.items()]
            stopped.sort(key=lambda stop: stop.since, reverse=True)
            found[address] = Stops(tuple(stopped), tuple(voice for voice in voices if voice.scope not in out and voice.numbers))
    return found


def voices_of(district_id: int) -> list[Voice]:
    """Everybody who texts for a district: those of conversations first."""
    numbers = db.session.execute(
        select(
            PhoneNumber.id, PhoneNumber.address, PhoneNumber.label, PhoneNumber.purpose, PhoneNumber.messaging_service_id,
            School.name.label("school"), School.short_name,
        )
        .outerjoin(School, School.id == PhoneNumber.school_id)
        .where(PhoneNumber.district_id == district_id, PhoneNumber.purpose != Purpose.FAX, PhoneNumber.is_active.is_(True))
        .order_by(PhoneNumber.id)
    ).all()  # fmt: skip
    pools = db.session.execute(
        select(MessagingService.id, MessagingService.name, MessagingService.purpose)
        .where(MessagingService.district_id == district_id, MessagingService.purpose != Purpose.FAX)
        .order_by(MessagingService.id)
    )
    found = []
    for pool in pools:
        mine = [row for row in numbers if row.messaging_service_id == pool.id]
        found.append(Voice(f"service:{pool.id}", pool.purpose, pool.name, tuple(for_people(row.address) for row in mine)))
    for row in numbers:
        if row.messaging_service_id is None:
            name = row.short_name or row.school or row.label or ""
            found.append(Voice(f"number:{row.id}", row.purpose, name, (for_people(row.address),)))
    return sorted(found, key=lambda voice: voice.purpose != Purpose.CONVERSATION)
