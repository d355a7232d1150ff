"""What one address wanted from each of our senders, now and on any day since the ledger began."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import Staff
from app.core import phone_numbers
from app.core.database import db
from app.directory.models import ALL_SENDERS, Consent, ConsentKind, MessagingService, PhoneNumber, Purpose


@dataclass(frozen=True, slots=True)
class Sender:
    """A pool, or a number outside of all pools: what a STOP is said to."""

    scope: str
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` on (None: from the beginning of the day) the answer was `may`, because of `entry` (None: nothing on file)."""

    since: datetime | None
    may: bool
    entry: Consent | None


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """Whether a sender could text on a day. More than one stretch means that the answer changed on that day."""

    sender: Sender
    stretches: list[Stretch]

    @property
    def is_yes_all_day(self) -> bool:
        """Whether no moment of the day forbade it."""
        return all(stretch.may for stretch in self.stretches)


def senders_of(district_id: int) -> list[Sender]:
    """Who a family may have a wish about: every pool and every single number that texts."""
    pools = db.session.execute(
        select(MessagingService.id, MessagingService.name, MessagingService.purpose)
        .where(MessagingService.district_id == district_id, MessagingService.purpose != Purpose.FAX)
        .order_by(MessagingService.purpose.desc(), MessagingService.id)
    )
    numbers = db.session.execute(
        select(PhoneNumber.id, PhoneNumber.address, PhoneNumber.label, PhoneNumber.purpose)
        .where(PhoneNumber.district_id == district_id, PhoneNumber.messaging_service_id.is_(None), PhoneNumber.purpose != Purpose.FAX)
        .order_by(PhoneNumber.id)
    )
    return [
        *(Sender(f"service:{row.id}", row.name, row.purpose) for row in pools),
        *(Sender(f"number:{row.id}", row.label or phone_numbers.for_people(row.address), row.purpose) for row in numbers),
    ]


def entries_of(district_id: int, address: str) -> list[Consent]:
    """Everything on file about an address, oldest first."""
    return list(
        db.session.scalars(select(Consent).where(Consent.district_id == district_id, Consent.address == address).order_by(Consent.id))
    )


def newest_by_scope(district_id: int, address: str) -> dict[str, Consent]:
    """The last word of an address in each scope in which it ever had one."""
    return {entry.scope: entry for entry in entries_of(district_id, address)}


def on_day(senders: list[Sender], entries: list[Consent], day: date, zone: str) -> list[DayAnswer]:
    """Whether each sender could text on a day of the district's zone. Without a wish on file a number given to the school may be."""
    begins = datetime.combine(day, time.min, ZoneInfo(zone))
    ends = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    answers = []
    for sender in senders:
        concerning = [entry for entry in entries if entry.scope in {sender.scope, ALL_SENDERS}]
        answers.append(DayAnswer(sender, _stretches(concerning, begins, ends)))
    return answers


def _stretches(entries: list[Consent], begins: datetime, ends: datetime) -> list[Stretch]:
    before = next((entry for entry in reversed(entries) if entry.at < begins), None)
    stretches = [Stretch(None, _allows(before), before)]
    for entry in entries:
        if begins <= entry.at < ends:
            if _allows(entry) == stretches[-1].may:
                stretches[-1] = Stretch(stretches[-1].since, stretches[-1].may, entry)
            else:
                stretches.append(Stretch(entry.at, _allows(entry), entry))
    return stretches


def _allows(entry: Consent | None) -> bool:
    return entry is None or entry.kind != ConsentKind.OPTED_OUT


def names_of_staff(entries: list[Consent]) -> dict[int, str]:
    """Who wrote the entries that people wrote."""
    ids = {entry.staff_id for entry in entries if entry.staff_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}
