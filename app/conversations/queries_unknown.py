"""Texts that no pairing claims, as the triage page shows them: one entry a phone, with the families it may belong to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, select

from app.accounts.models import Staff
from app.conversations.models import UnknownState, UnknownText
from app.conversations.queries import unknown_is_visible_to
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.database import db
from app.core.prepared import Prepared
from app.directory.models import ContactPoint, Guardian, PhoneNumber
from app.directory.queries.reach import guardian_is_visible_to

MOST = 100
"""Phones on a page; of one that texts and texts only the newest texts."""
MOST_OF_ONE = 20


@dataclass(frozen=True, slots=True)
class Stranger:
    """A phone that nobody knows, and what it texted, the oldest first."""

    sender: str
    texts: list[Row[Any]]
    suggestions: list[tuple[int, str]]


def strangers(staff: Staff, state: UnknownState = UnknownState.WAITING) -> list[Stranger]:
    """The newest phones first. Three queries, whatever their number: one that texts a hundred times hides no other."""
    mine = (unknown_is_visible_to(staff), UnknownText.state == state)
    newest = select(UnknownText.sender).where(*mine).group_by(UnknownText.sender).order_by(func.max(UnknownText.id).desc()).limit(MOST)
    senders = list(db.session.scalars(newest))
    statement: Select[*tuple[Any, ...]] = (
        select(
            UnknownText.id, UnknownText.sender, UnknownText.body, UnknownText.received_at, UnknownText.decided_at, UnknownText.state,
            PhoneNumber.address.label("our_number"), PhoneNumber.label.label("line"),
        )
        .join(PhoneNumber, PhoneNumber.id == UnknownText.phone_number_id)
        .where(*mine, UnknownText.sender.in_(senders))
        .order_by(UnknownText.id.desc())
        .limit(MOST * MOST_OF_ONE)
    )  # fmt: skip
    by_sender: dict[str, list[Row[Any]]] = {sender: [] for sender in senders}
    for row in db.session.execute(statement):
        by_sender[row.sender].insert(0, row)
    known = _owners(staff, list(by_sender))
    return [Stranger(sender, texts[-MOST_OF_ONE:], known.get(sender, [])) for sender, texts in by_sender.items() if texts]


def waiting_strangers(staff: Staff) -> int:
    """How many phones wait to be told whose they are: every page of the inbox asks, and what was decided over the years costs nothing."""
    return int(_waiting(staff.role).rows(particulars_of(staff))[0][0])


def strangers_by_state(staff: Staff) -> Counter[str]:
    """How many phones there are in each state: as many as cards on its page."""
    counted = select(UnknownText.state, func.count(UnknownText.sender.distinct())).where(unknown_is_visible_to(staff))
    return Counter({row[0]: row[1] for row in db.session.execute(counted.group_by(UnknownText.state))})


@cache
def _waiting(role: str) -> Prepared:
    mine = (unknown_is_visible_to(anyone(role)), UnknownText.state == fixed(UnknownState.WAITING))
    return Prepared(select(func.count(UnknownText.sender.distinct())).where(*mine))


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
