"""Sending a fax on by email: who wishes it, and what arrives by itself. Rows first; a worker puts their documents together."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.core.events import within
from app.delivery.service import Doubt, resolve_doubt
from app.directory.models import District
from app.fax.errors import NoAddress, NotALink, NotAnEmail, NothingToForward, TooManyAddresses
from app.fax.events import FaxReady, ForwardWaiting
from app.fax.models import Fax, FaxDestination, FaxForward, ForwardWay, Paper
from app.fax.queries import fax_visible_to
from app.fax.service.looks import hold, touch

MOST_ADDRESSES = 10
LONGEST_WORDS = 1000
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Wish:
    """To whom, how, and with which words. `uuid` is from the form: pressed twice it is one."""

    uuid: UUID
    addresses: tuple[str, ...]
    way: ForwardWay
    words: str = ""


def forward(staff: Staff, fax_id: int, wish: Wish) -> list[FaxForward]:
    """Have a fax sent on, once to each address. Raises NoAddress, NotAnEmail, TooManyAddresses, NothingToForward, NotVisible."""
    addresses = emails_in(wish.addresses)
    fax_visible_to(staff, fax_id)
    with transaction() as events:
        fax = hold(fax_id)
        if not may_forward(fax):
            raise NothingToForward
        rows = [
            FaxForward(
                uuid=uuid5(wish.uuid, address), fax_id=fax.id, district_id=fax.district_id, address=address, way=wish.way,
                words=wish.words.strip()[:LONGEST_WORDS], language=staff.language, staff_id=staff.id,
            )
            for address in addresses
        ]  # fmt: skip
        fresh = _added(rows)
        for row in fresh:
            audit("fax.forwarded", fax, {"name": fax.name or fax.address, "to": row.address, "way": row.way}, by=staff)
        if fresh:
            touch(fax)
            events.append(ForwardWaiting())
    return rows


def may_forward(fax: Fax) -> bool:
    """Whether there is anything to forward."""
    return fax.deleted_at is None and fax.paper == Paper.READY and bool(fax.source_key if fax.is_inbound else fax.document_key)


@within(FaxReady)
def forward_by_itself(fact: FaxReady) -> None:
    """What arrives at a number goes to that number's destinations, once to each; junk goes nowhere."""
    fax = hold(fact.fax_id)
    if not fax.is_inbound or fax.phone_number_id is None or fax.hidden_at is not None or not may_forward(fax):
        return
    destinations = db.session.scalars(
        select(FaxDestination)
        .where(FaxDestination.phone_number_id == fax.phone_number_id, FaxDestination.is_active.is_(True))
        .order_by(FaxDestination.id)
    ).all()
    language = db.session.get_one(District, fax.district_id).language
    rows = [
        FaxForward(
            uuid=uuid5(fax.uuid, one.address), fax_id=fax.id, district_id=fax.district_id, address=one.address, way=one.way,
            language=language,
        )
        for one in destinations
    ]  # fmt: skip
    fresh = _added(rows)
    for row in fresh:
        audit("fax.forwarded_by_itself", fax, {"name": fax.name or fax.address, "to": row.address, "way": row.way})
    if fresh:
        touch(fax)
        open_events().append(ForwardWaiting())


def end_link(staff: Staff, fax_id: int, forward_id: int) -> FaxForward:
    """Nobody opens the fax by this link any more. Raises NotALink, NotVisible."""
    with transaction():
        fax_visible_to(staff, fax_id)
        fax = hold(fax_id)
        row = forward_of(fax, forward_id)
        if not row.is_open:
            raise NotALink
        row.ended_at = now()
        audit("fax.link_ended", fax, {"name": fax.name or fax.address, "to": row.address}, by=staff)
        touch(fax)
    return row


def decide(staff: Staff, fax_id: int, forward_id: int, decision: Doubt) -> FaxForward:
    """Say what became of an email of which nobody knows whether it left. Raises NotDoubtful, NotVisible."""
    row = forward_of(fax_visible_to(staff, fax_id), forward_id)
    if row.delivery_id is None or decision not in {Doubt.SENT, Doubt.SEND_AGAIN}:
        raise NotVisible
    resolve_doubt(row.delivery_id, decision)
    return row


def forward_of(fax: Fax, forward_id: int) -> FaxForward:
    """One of a fax, as it is now. Raises NotVisible."""
    mine = select(FaxForward).where(FaxForward.id == forward_id, FaxForward.fax_id == fax.id)
    row = db.session.scalar(mine.execution_options(populate_existing=True))
    if row is None:
        raise NotVisible
    return row


def emails_in(written: Iterable[str]) -> list[str]:
    """The addresses as they are kept, each once. Raises NoAddress, NotAnEmail, TooManyAddresses."""
    words = [word.strip(" <>\t") for line in written for word in line.replace(";", ",").replace("\n", ",").split(",")]
    addresses = list(dict.fromkeys(email_of(word) for word in words if word))
    if not addresses:
        raise NoAddress
    if len(addresses) > MOST_ADDRESSES:
        raise TooManyAddresses
    return addresses


def email_of(word: str) -> str:
    """One address as it is kept. Raises NotAnEmail; nobody is asked whether the domain takes mail."""
    try:
        known = validate_email(word.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnEmail from error
    address = known.normalized.lower()
    if len(address) > LONGEST_ADDRESS:
        raise NotAnEmail
    return address


def _added(rows: list[FaxForward]) -> list[FaxForward]:
    """Those that are new; the fax is held, so nobody adds the same meanwhile."""
    known = {one.uuid: one for one in db.session.scalars(select(FaxForward).where(FaxForward.uuid.in_([row.uuid for row in rows])))}
    fresh = [row for row in rows if row.uuid not in known]
    db.session.add_all(fresh)
    db.session.flush()
    rows[:] = [known.get(row.uuid, row) for row in rows]
    return fresh
