"""Texts that no pairing claims, as the triage page shows them: one entry a phone, with the families it may belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from app.accounts.models import Staff
from app.conversations.models import UnknownState, UnknownText
from app.conversations.queries import unknown_is_visible_to
from app.core.database import db
from app.directory.models import ContactPoint, Guardian, PhoneNumber
from app.directory.queries.reach import guardian_is_visible_to

MOST = 100


@dataclass(frozen=True, slots=True)
class Stranger:
    """A phone that nobody knows, and what it texted, the oldest first."""

    sender: str
    texts: list[Row[Any]]
    suggestions: list[tuple[int, str]]


def strangers(staff: Staff, state: UnknownState = UnknownState.WAITING) -> list[Stranger]:
    """The newest phones first. Two queries, whatever their number."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            UnknownText.id, UnknownText.sender, UnknownText.body, UnknownText.received_at, UnknownText.decided_at, UnknownText.state,
            PhoneNumber.address.label("our_number"), PhoneNumber.label.label("line"),
        )
        .join(PhoneNumber, PhoneNumber.id == UnknownText.phone_number_id)
        .where(unknown_is_visible_to(staff), UnknownText.state == state)
        .order_by(UnknownText.id.desc())
        .limit(MOST)
    )  # fmt: skip
    by_sender: dict[str, list[Row[Any]]] = {}
    for row in db.session.execute(statement):
        by_sender.setdefault(row.sender, []).insert(0, row)
    known = _owners(staff, list(by_sender))
    return [Stranger(sender, texts, known.get(sender, [])) for sender, texts in by_sender.items()]


def waiting_strangers(staff: Staff) -> int:
    """How many phones wait to be told whose they are."""
    waiting = (unknown_is_visible_to(staff), UnknownText.state == UnknownState.WAITING)
    return db.session.execute(select(func.count(UnknownText.sender.distinct())).where(*waiting)).scalar_one()


def _owners(staff: Staff, senders: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Guardians whose record has the number, in force or not: they most probably wrote."""
    rows = db.session.execute(
        select(ContactPoint.address, Guardian.id, Guardian.given_name, Guardian.family_name)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.district_id == staff.district_id, ContactPoint.address.in_(senders), guardian_is_visible_to(staff))
        .order_by(Guardian.id)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for address, number, given, family in rows:
        found.setdefault(address, []).append((number, f"{given} {family}".strip()))
    return found
