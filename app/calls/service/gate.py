"""Whether a phone may be made to ring: asked when somebody wants it, and once more when it is about to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from app.calls.errors import MayNotBeCalled, NoNumberToCallFrom, QuietHours
from app.calls.models import ConferenceParticipant
from app.carrier.error_codes import HouseCode
from app.core.clock import now
from app.core.database import db
from app.core.presentation import clock_time
from app.delivery.gates import MAY_GO, Gate, Traveller, Verdict
from app.delivery.senders import senders
from app.directory.models import ContactHealth, ContactPoint, Guardian, PhoneNumber

PEOPLE = "people's calls"
"""The scope of a wish to hear nothing that a person's own call respects: only one about all senders. STOP is about texts."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One that is to ring. Without `contact_point_id` it was typed, and may be anybody's: a family's, too."""

    address: str
    name: str
    contact_point_id: int | None = None

    @classmethod
    def of(cls, leg: ConferenceParticipant) -> "Phone":
        """The phone of a leg."""
        return cls(leg.address, leg.name, leg.contact_point_id)


def refuse_forbidden(number: PhoneNumber, phones: Sequence[Phone], *, is_emergency: bool) -> None:
    """The one gate of all that leaves the house: the records, what a family wished, and the hour where it lives.

    Raises NoNumberToCallFrom, MayNotBeCalled, QuietHours.
    """
    for phone, verdict in zip(phones, verdicts(number.id, phones, is_emergency=is_emergency), strict=True):
        if verdict.blocked == HouseCode.NO_SENDER:
            raise NoNumberToCallFrom
        if verdict.blocked is not None:
            raise MayNotBeCalled(f"{phone.name}: {MayNotBeCalled.advice}")
        if verdict.held_until is not None:
            until = QuietHours.advice % {"time": clock_time(verdict.held_until, _zone_of(number))}
            raise QuietHours(f"{phone.name}: {until}")


def quiet_until(number: PhoneNumber, phones: Sequence[Phone]) -> str:
    """When the last of these may be called, by the school's clock; empty where no night forbids to call any of them now."""
    held = [one.held_until for one in verdicts(number.id, phones, is_emergency=False) if one.held_until is not None]
    return clock_time(max(held), _zone_of(number)) if held else ""


def verdicts(number_id: int, phones: Sequence[Phone], *, is_emergency: bool) -> list[Verdict]:
    """About each of these phones. One that was typed is judged as all contacts that have its number: what forbids one, forbids it."""
    sender = senders([number_id]).get(number_id)
    if sender is None:
        return [Verdict(blocked=HouseCode.NO_SENDER) for _ in phones]
    known = _holders(sender.district_id, [one.address for one in phones if one.contact_point_id is None])
    meant = [[one.contact_point_id] if one.contact_point_id else known.get(one.address) or [None] for one in phones]
    travellers = [
        [Traveller(one.address, number_id, point, is_emergency=is_emergency, is_reply=False, ignores_consent=False) for point in points]
        for one, points in zip(phones, meant, strict=True)
    ]
    gate = Gate([one for some in travellers for one in some], {number_id: replace(sender, consent_scope=PEOPLE)}, now())
    return [_strictest([gate.judge(one) for one in some]) for some in travellers]


def _zone_of(number: PhoneNumber) -> str:
    return senders([number.id])[number.id].zone


def _strictest(found: Sequence[Verdict]) -> Verdict:
    blocked = next((one for one in found if one.blocked is not None), None)
    return blocked or next((one for one in found if one.held_until is not None), MAY_GO)


def _holders(district_id: int, addresses: Sequence[str]) -> Mapping[str, Sequence[int | None]]:
    """The contacts of families that have one of these numbers, as far as anybody knows theirs."""
    holders: dict[str, list[int | None]] = defaultdict(list)
    if not addresses:
        return holders
    rows = db.session.execute(
        select(ContactPoint.address, ContactPoint.id)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(
            ContactPoint.district_id == district_id, ContactPoint.address.in_(addresses), ContactPoint.is_active.is_(True),
            ContactPoint.health != ContactHealth.WRONG, Guardian.is_active.is_(True),
        )
        .order_by(ContactPoint.id)
    )  # fmt: skip
    for address, number in rows:
        holders[address].append(number)
    return holders
