"""The one gate that every outbound text passes twice, when it is queued and when it is handed over: records, consent, then the hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, case, cast, not_, null, or_, select

from app.carrier.error_codes import HouseCode
from app.core.among import among
from app.core.database import db
from app.core.phone_numbers import same_area
from app.core.quiet_hours import recipient_zone, release_time
from app.delivery.senders import Sender
from app.directory import queries as directory
from app.directory.models import AUTOMATED_CALLS, ContactHealth, ContactPoint, Guardian


class Passenger(Protocol):
    """What the gate asks of a delivery; its row has it all."""

    @property
    def address(self) -> str: ...  # noqa: D102  # the names say it
    @property
    def phone_number_id(self) -> int: ...  # noqa: D102
    @property
    def contact_point_id(self) -> int | None: ...  # noqa: D102
    @property
    def is_emergency(self) -> bool: ...  # noqa: D102
    @property
    def is_reply(self) -> bool: ...  # noqa: D102
    @property
    def ignores_consent(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Traveller:
    """A delivery that has no row yet."""

    address: str
    phone_number_id: int
    contact_point_id: int | None
    is_emergency: bool
    is_reply: bool
    ignores_consent: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate answers. Neither `blocked` nor `held_until`: it may go."""

    blocked: StrEnum | None = None
    """A code of the table of failures."""
    held_until: datetime | None = None


MAY_GO = Verdict()


def why_forbidden() -> ColumnElement[str | None]:
    """A HouseCode where the records forbid to write to a `ContactPoint`, as they are now: much changes over a night. Else NULL."""
    return case(
        (or_(Guardian.is_active.is_(False), ContactPoint.is_active.is_(False)), HouseCode.OFF_RECORD.value),
        (directory.is_off_limits(), HouseCode.NOT_PERMITTED.value),
        (ContactPoint.health == ContactHealth.WRONG, HouseCode.WRONG_NUMBER.value),
        else_=null(),
    )


def why_not(code: str | None, held: str | None, waiting_for: str) -> HouseCode | None:
    """The same, or that by now the contact `held` another address than something is `waiting_for`."""
    if held is not None and held != waiting_for and code in {None, HouseCode.WRONG_NUMBER}:
        return HouseCode.ADDRESS_CHANGED
    return HouseCode(code) if code else None


_WHY = why_forbidden()
_HOLDERS = (
    select(ContactPoint.id, ContactPoint.time_zone, Guardian.time_zone, Guardian.postal_code, _WHY, ContactPoint.address)
    .join(Guardian, Guardian.id == ContactPoint.guardian_id)
    .where(
        among(ContactPoint.__table__.c.id, "ids"),
        or_(
            ContactPoint.time_zone.is_not(None),
            Guardian.time_zone.is_not(None),
            Guardian.postal_code.is_not(None),
            _WHY.is_not(None),
            not_(among(cast(ContactPoint.id, String) + ":" + ContactPoint.address, "waiting_for")),
        ),
    )
)
"""Only of whom there is something to say: by the thousand, what it takes to fetch a row is most of the time."""


@dataclass(frozen=True, slots=True)
class Passport:
    """All that the gate asks about one traveller, from whoever read it in this very transaction."""

    sender: Sender | None
    zone: str | None
    """Their own."""
    postal_code: str | None
    forbidden: HouseCode | None
    """Why the records say not to write there."""
    has_refused: bool
    """Them, or somebody who shares the phone."""


class Gate:
    """Judges many deliveries with a fixed number of queries."""

    def __init__(self, travellers: Iterable[Passenger], senders: Mapping[int, Sender], at: datetime, *, calls: bool = False) -> None:
        """Read what is needed to judge `travellers` at the moment `at`. With `calls`, a wish about automated calls counts as well."""
        self._senders = senders
        self._at = at
        self._refusers: dict[str, set[str]] = {}
        asked: dict[tuple[int, str], set[str]] = defaultdict(set)
        points: dict[int, set[str]] = defaultdict(set)
        for one in travellers:
            sender = senders.get(one.phone_number_id)
            if sender is not None and not one.ignores_consent:
                asked[(sender.district_id, sender.consent_scope)].add(one.address)
            if one.contact_point_id is not None and not one.ignores_consent:
                points[one.contact_point_id].add(one.address)
        for (district_id, scope), addresses in asked.items():
            self._refusers[scope] = directory.opted_out(district_id, addresses, scope)
            if calls:
                self._refusers[scope] |= directory.opted_out(district_id, addresses, AUTOMATED_CALLS)
        self._holders = _holders(points)
        self._releases: dict[tuple[ZoneInfo, int], datetime] = {}

    def judge(self, one: Passenger) -> Verdict:
        """Whether `one` may go now."""
        sender = self._senders.get(one.phone_number_id)
        own, postal_code, code, address = self._holders.get(one.contact_point_id or 0, UNKNOWN_HOLDER)
        has_refused = sender is not None and one.address in self._refusers.get(sender.consent_scope, ())
        return self.admit(one, Passport(sender, own, postal_code, why_not(code, address, one.address), has_refused))

    def admit(self, one: Passenger, passport: Passport) -> Verdict:
        """The same for one whose passport is at hand: nothing is asked."""
        sender = passport.sender
        if sender is None or not sender.is_active:
            return Verdict(blocked=HouseCode.NO_SENDER)
        if passport.forbidden and not one.ignores_consent:
            return Verdict(blocked=passport.forbidden)
        if passport.has_refused and not one.ignores_consent:
            return Verdict(blocked=HouseCode.OPTED_OUT)
        if one.is_emergency or one.is_reply or one.ignores_consent:
            return MAY_GO
        zone = home_zone(sender.zone, passport.zone, passport.postal_code, one.address)
        key = (zone, sender.district_id)
        if key not in self._releases:
            self._releases[key] = release_time(self._at, zone, sender.quiet)
        release = self._releases[key]
        return Verdict(held_until=release) if release > self._at else MAY_GO


def home_zone(school_zone: str, own: str | None, postal_code: str | None, address: str) -> ZoneInfo:
    """The zone of a phone's holder, by the rules of quiet hours."""
    return _home_zone(school_zone, own, postal_code, same_area(address))


@lru_cache(maxsize=16384)
def _home_zone(school_zone: str, own: str | None, postal_code: str | None, neighbour: str) -> ZoneInfo:
    return recipient_zone(school_zone, own=own, postal_code=postal_code, phone=neighbour)


Holder = tuple[str | None, str | None, str | None, str | None]
"""Own zone, postal code, why the records forbid to write, and the address, if it has to be looked at."""
UNKNOWN_HOLDER: Holder = (None, None, None, None)


def _holders(points: Mapping[int, set[str]]) -> dict[int, Holder]:
    """Who has each of these contact points, for which something waits at these addresses; who is not there is as UNKNOWN_HOLDER."""
    if not points:
        return {}
    as_known = [f"{number}:{address}" for number, (address, *others) in points.items() if not others]
    rows = db.session.connection().execute(_HOLDERS, {"ids": list(points), "waiting_for": as_known}).all()
    return {row[0]: (row[1] or row[2], row[3], row[4], row[5]) for row in rows}
