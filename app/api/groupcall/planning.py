"""What one message of a request becomes: who gets what by which route, what it warns of, and what makes it invalid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Staff
from app.api.groupcall.customers import Customer
from app.api.groupcall.models import Fate, Route
from app.api.groupcall.people import Adult, Found, People, address_of
from app.api.groupcall.tokens import replaced, values_of
from app.api.refusals import Refused, Why
from app.conversations.service.composing import tidy
from app.core import sms
from app.core.clock import now
from app.core.html_as_text import plain
from app.directory.models import EMAILS, ContactHealth, ContactKind
from app.directory.queries import opted_out

RECOMMENDED = 100
LATEST = timedelta(days=366)
AMERICAN = "1"
Problems = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Order:
    """A message of any of the three operations, in one spelling."""

    customer: Customer
    body: Mapping[str, Any]
    place: str
    sms: str | None
    email: str | None
    recipients: Sequence[Mapping[str, Any]]
    tokens: Mapping[str, str]
    send_at: datetime
    sender: str | None = None
    needs_sender: bool = True


@dataclass(frozen=True, slots=True)
class PlannedRecipient:
    """One address, and what goes there."""

    route: Route
    address: str
    body: str
    units: int
    reference: str | None
    state: Fate = Fate.IN_QUEUE
    guardian_id: int | None = None
    contact_point_id: int | None = None


@dataclass(slots=True)
class Plan:
    """A message that is valid."""

    order: Order
    recipients: list[PlannedRecipient] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def queued(self) -> int:
        """How many will be handed on."""
        return sum(one.state is Fate.IN_QUEUE for one in self.recipients)


def send_time(text: str | None, place: str) -> datetime:
    """When it goes; a time that is over means at once. Raises Refused for one that is more than a year away."""
    moment = now()
    if text is None:
        return moment
    wanted = datetime.fromisoformat(text)
    if wanted > moment + LATEST:
        raise Refused(Why.RULE, "SendDateTime is more than a year away. Send it nearer to the day.", field=place)
    return max(wanted, moment)


def plan(order: Order) -> Plan:
    """Work out one message. Raises Refused for what cannot be sent to anybody as it is."""
    made = Plan(order)
    if len(order.recipients) > RECOMMENDED:
        made.warnings.append(f"There are {len(order.recipients)} recipients. At most {RECOMMENDED} in a message are recommended.")
    people = People(order.customer.staff, order.recipients)
    found = [people.find(one) for one in order.recipients]
    refusers = _refusers(order, found) if order.email is not None else set()
    ways = [_ways(order, one, body, refusers) for one, body in zip(found, order.recipients, strict=True)]
    missing: dict[str, None] = {}
    taken: set[tuple[Route, str]] = set()
    for number, (one, some) in enumerate(zip(order.recipients, ways, strict=True), start=1):
        for way in some:
            if way.problem:
                made.warnings.append(f"Recipient {number}{_named(one)} {way.problem}; nothing is sent to them.")
            elif (way.route, way.address) not in taken:
                taken.add((way.route, way.address))
                body, lacking = _words(order, one, way.route)
                missing |= dict.fromkeys(lacking)
                if way.has_refused:
                    made.warnings.append(f"Recipient {number}{_named(one)} has opted out; nothing is sent to them.")
                made.recipients.append(
                    PlannedRecipient(
                        way.route, way.address, body, _units(order, body, way.route), one.get("IdaasId"),
                        Fate.OPTED_OUT if way.has_refused else Fate.IN_QUEUE, way.guardian_id, way.contact_point_id,
                    )
                )  # fmt: skip
    made.warnings += [f"The token {name} has no value for every recipient; it stays as it is." for name in missing]
    return made


@dataclass(frozen=True, slots=True)
class _Way:
    """How one adult, colleague or address is reached; `problem` is why not."""

    route: Route = Route.SMS
    address: str = ""
    problem: str = ""
    has_refused: bool = False
    guardian_id: int | None = None
    contact_point_id: int | None = None


def _refusers(order: Order, found: Sequence[Found]) -> set[str]:
    """The email addresses among them that want none."""
    points = [point.address for one in found for adult in one.adults for point in adult.points if point.kind == ContactKind.EMAIL]
    others = [one.colleague.mailbox if one.colleague else one.address for one in found]
    return opted_out(order.customer.bearer.district_id, {*points, *filter(None, others)}, EMAILS)


def _ways(order: Order, found: Found, one: Mapping[str, Any], refusers: set[str]) -> list[_Way]:
    if found.why_nobody:
        return [_Way(problem=found.why_nobody)]
    if found.adults:
        return [_best([_to_adult(adult, route, refusers) for route in _routes(order)]) for adult in found.adults]
    if found.colleague is not None:
        return [_best([_to_colleague(found.colleague, route, refusers) for route in _routes(order)])]
    if found.address is None and address_of(one) is None:
        return [_Way(problem="has no number that can be reached")]
    return [_best([_to_address(found.address or "", route, refusers) for route in _routes(order)])]


def _routes(order: Order) -> list[Route]:
    return [route for route, text in ((Route.SMS, order.sms), (Route.EMAIL, order.email)) if text is not None]


def _best(ways: Sequence[_Way]) -> _Way:
    """The first that works; else one that was refused, which is told; else what is wrong."""
    if not ways:
        return _Way(problem="cannot be reached: push and app timeline need an app, which this house does not have")
    return next((way for way in ways if not way.problem and not way.has_refused), next((way for way in ways if way.has_refused), ways[0]))


def _to_adult(adult: Adult, route: Route, refusers: set[str]) -> _Way:
    points = [point for point in adult.points if adult.only in {None, point.address}]
    if route is Route.SMS:
        point = next((one for one in points if one.takes_texts), None)
        if point is None:
            return _Way(problem="has no number that takes texts")
        return _Way(route, point.address, "", point.opted_out_at is not None, adult.guardian.id, point.id)
    working = (one for one in points if one.kind == ContactKind.EMAIL and one.health not in {ContactHealth.DEAD, ContactHealth.WRONG})
    point = next(working, None)
    if point is None:
        return _Way(problem="has no email address that works")
    return _Way(route, point.address, "", point.address in refusers, adult.guardian.id, point.id)


def _to_colleague(colleague: Staff, route: Route, refusers: set[str]) -> _Way:
    address = colleague.phone if route is Route.SMS else colleague.mailbox
    return _Way(route, address, "", address in refusers) if address else _Way(problem="has no number in their profile")


def _to_address(address: str, route: Route, refusers: set[str]) -> _Way:
    if ("@" in address) is not (route is Route.EMAIL):
        return _Way(problem=f"has no address for {'an email' if route is Route.EMAIL else 'a text'}")
    return _Way(route, address, "", address in refusers)


def _words(order: Order, one: Mapping[str, Any], route: Route) -> tuple[str, list[str]]:
    text = order.sms if route is Route.SMS else order.email
    filled, missing = replaced(text or "", values_of(order.tokens, one.get("DynamicTokens", {})))
    return (tidy(filled) if route is Route.SMS else plain(filled)), missing


def _units(order: Order, body: str, route: Route) -> int:
    if route is Route.EMAIL:
        if not body:
            raise Refused(Why.RULE, "The email has no words.", code="empty", field=f"{order.place}/emailBody")
        return 1
    counted = sms.measure(body)
    name = "SMSMessage" if "SMSMessage" in order.body else "smsMessage"
    if not counted.segments:
        raise Refused(Why.RULE, "The text is empty. Nothing was sent.", code="empty", field=f"{order.place}/{name}")
    if not counted.fits:
        sentence = (
            f"The text takes {counted.segments} units with its tokens filled; at most {sms.MOST_SEGMENTS} can be sent. Nothing was sent."
        )
        raise Refused(Why.RULE, sentence, code="too_long", field=f"{order.place}/{name}")
    return counted.segments


def _named(one: Mapping[str, Any]) -> str:
    """By what the request itself said."""
    label = next(
        (str(one[name]) for name in ("IdaasId", "Id", "ExternalId", "MessengerId", "EmailAddress", "MobileNumber") if name in one), ""
    )
    return f" ({label})" if label else ""


def check_country(order: Order) -> None:
    """A number outside of country code 1 needs the sender's name. Raises Refused."""
    if order.sms is None or order.sender or not order.needs_sender:
        return
    for number, one in enumerate(order.recipients):
        written = str(one.get("MobileNumber", "")).lstrip("+")
        if written and not written.startswith(AMERICAN):
            sentence = "A number outside of country code 1 needs SMSSender. Nothing was sent."
            raise Refused(Why.RULE, sentence, code="sender_needed", field=f"{order.place}/Recipients/{number}")
