"""The one gate that every outbound text passes twice, when it is queued and when it is handed over: records, consent, then the hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from app.carrier.error_codes import HouseCode
from app.core.among import among
from app.core.database import db
from app.core.phone_numbers import same_area
from app.core.quiet_hours import recipient_zone, release_time
from app.delivery.senders import Sender
from app.directory import queries as directory
from app.directory.models import AUTOMATED_CALLS, ContactPoint, Guardian


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
_FORBIDDEN = or_(ContactPoint.is_active.is_(False), directory.is_off_limits())
"""An address that the school took out of use while something waited for it is written to no more."""
_HOLDERS = (
    select(ContactPoint.id, ContactPoint.time_zone, Guardian.time_zone, Guardian.postal_code, _FORBIDDEN)
    .join(Guardian, Guardian.id == ContactPoint.guardian_id)
    .where(
        among(ContactPoint.__table__.c.id, "ids"),
        or_(
            ContactPoint.time_zone.is_not(None),
            Guardian.time_zone.is_not(None),
            Guardian.postal_code.is_not(None),
            _FORBIDDEN,
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
    is_off_limits: bool
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
        points: set[int] = set()
        for one in travellers:
            sender = senders.get(one.phone_number_id)
            if sender is not None and not one.ignores_consent:
                asked[(sender.district_id, sender.consent_scope)].add(one.address)
            if one.contact_point_id is not None and not one.ignores_consent:
                points.add(one.contact_point_id)
        for (district_id, scope), addresses in asked.items():
            self._refusers[scope] = directory.opted_out(district_id, addresses, scope)
            if calls:
                self._refusers[scope] |= directory.opted_out(district_id, addresses, AUTOMATED_CALLS)
        self._holders = _holders(points)
        self._releases: dict[tuple[ZoneInfo, int], datetime] = {}

    def judge(self, one: Passenger) -> Verdict:
        """Whether `one` may go now."""
        sender = self._senders.get(one.phone_number_id)
        own, postal_code, is_off_limits = self._holders.get(one.contact_point_id or 0, UNKNOWN_HOLDER)
        has_refused = sender is not None and one.address in self._refusers.get(sender.consent_scope, ())
        return self.admit(one, Passport(sender, own, postal_code, is_off_limits, has_refused))

    def admit(self, one: Passenger, passport: Passport) -> Verdict:
        """The same for one whose passport is at hand: nothing is asked."""
        sender = passport.sender
        if sender is None or not sender.is_active:
            return Verdict(blocked=HouseCode.NO_SENDER)
        if passport.is_off_limits and not one.ignores_consent:
            return Verdict(blocked=HouseCode.NOT_PERMITTED)
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


Holder = tuple[str | None, str | None, bool]
"""Own zone, postal code, and whether the records forbid to write."""
UNKNOWN_HOLDER: Holder = (None, None, False)


def _holders(contact_point_ids: set[int]) -> dict[int, Holder]:
    """Who has each of these contact points; those who are not there are as UNKNOWN_HOLDER."""
    if not contact_point_ids:
        return {}
    rows = db.session.connection().execute(_HOLDERS, {"ids": list(contact_point_ids)}).all()
    return {row[0]: (row[1] or row[2], row[3], bool(row[4])) for row in rows}
