"""The gate as emails pass it: records, an address that works, consent, then the hour. Asked when queueing and at hand-over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.carrier.error_codes import HouseCode
from app.core.among import among
from app.core.database import db
from app.core.quiet_hours import recipient_zone, release_time
from app.delivery.email.content import Content
from app.delivery.email.failures import MailCode
from app.delivery.gates import MAY_GO, Verdict, why_forbidden, why_not
from app.directory import queries as directory
from app.directory.models import EMAILS, ContactHealth, ContactPoint, Guardian

NOT_WORKING = frozenset({ContactHealth.DEAD, ContactHealth.WRONG})
_HOLDERS = (
    select(
        ContactPoint.id,
        ContactPoint.time_zone,
        Guardian.time_zone.label("home_zone"),
        Guardian.postal_code,
        why_forbidden().label("why"),
        ContactPoint.address,
        ContactPoint.health,
    )
    .join(Guardian, Guardian.id == ContactPoint.guardian_id)
    .where(among(ContactPoint.__table__.c.id, "ids"))
)


class Reader(Protocol):
    """What the gate asks of a delivery; its row has it all."""

    @property
    def district_id(self) -> int: ...  # noqa: D102  # the names say it
    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def contact_point_id(self) -> int | None: ...  # noqa: D102
    @property
    def content_id(self) -> int: ...  # noqa: D102
    @property
    def is_emergency(self) -> bool: ...  # noqa: D102
    @property
    def is_reply(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Expected:
    """A delivery that has no row yet."""

    district_id: int
    address: str
    contact_point_id: int | None
    content_id: int
    is_emergency: bool
    is_reply: bool = False


class EmailGate:
    """Judges many emails with a fixed number of queries."""

    def __init__(self, readers: Iterable[Reader], contents: Mapping[int, Content], at: datetime) -> None:
        """Read what is needed to judge `readers` at the moment `at`."""
        self._contents, self._at = contents, at
        asked: dict[int, set[str]] = defaultdict(set)
        points: set[int] = set()
        for one in readers:
            asked[one.district_id].add(one.address)
            if one.contact_point_id is not None:
                points.add(one.contact_point_id)
        self._refusers = {district: directory.opted_out(district, addresses, EMAILS) for district, addresses in asked.items()}
        rows: Any = db.session.execute(_HOLDERS, {"ids": list(points)}) if points else ()
        self._holders = {row.id: row for row in rows}
        self._releases: dict[tuple[ZoneInfo, int], datetime] = {}

    def judge(self, one: Reader) -> Verdict:
        """Whether `one` may go now."""
        content = self._contents.get(one.content_id)
        if content is None:
            return Verdict(blocked=HouseCode.NO_SENDER)
        holder = self._holders.get(one.contact_point_id or 0)
        forbidden = why_not(holder.why, holder.address, one.address) if holder is not None else None
        if forbidden not in {None, HouseCode.WRONG_NUMBER}:
            return Verdict(blocked=forbidden)
        if one.address in self._refusers[one.district_id]:
            return Verdict(blocked=HouseCode.OPTED_OUT)
        if holder is not None and holder.health in NOT_WORKING:
            return Verdict(blocked=MailCode.SUPPRESSED)
        if one.is_emergency or one.is_reply:
            return MAY_GO
        own, postal_code = (holder.time_zone or holder.home_zone, holder.postal_code) if holder is not None else (None, None)
        zone = recipient_zone(content.zone, own=own, postal_code=postal_code)
        key = (zone, content.district_id)
        if key not in self._releases:
            self._releases[key] = release_time(self._at, zone, content.quiet)
        release = self._releases[key]
        return Verdict(held_until=release) if release > self._at else MAY_GO
