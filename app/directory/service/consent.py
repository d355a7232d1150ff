"""The consent ledger: entries are only added, and applied at once."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.core.phone_numbers import for_people
from app.directory.events import ConsentChanged
from app.directory.models import (
    ALL_SENDERS,
    AUTOMATED_CALLS,
    EMAILS,
    Consent,
    ConsentKind,
    ConsentSource,
    ContactPoint,
    MessagingService,
    PhoneNumber,
    Purpose,
)
from app.directory.queries.consent import standing_opt_outs
from app.directory.queries.reach import contact_point_visible_to
from app.directory.queries.standing import newest_by_scope

LONGEST_WORDING = 200


def record_consent(
    district_id: int, address: str, scope: str, kind: str, source: str, *, wording: str | None = None, staff_id: int | None = None
) -> Consent:
    """Add what the person at `address` wants, or is known to want, from the senders in `scope`. The newest entry decides.

    A repetition of the entry that decides, from the same source and for the same scope, adds nothing and gives it back.
    """
    with transaction() as events:
        newest = _newest_about(district_id, address, scope)
        if newest is not None and (newest.scope, newest.kind, newest.source) == (scope, kind, source):
            return newest
        entry = Consent(
            district_id=district_id, address=address, scope=scope, kind=kind, source=source,
            wording=wording[:LONGEST_WORDING] if wording else None, staff_id=staff_id,
        )  # fmt: skip
        db.session.add(entry)
        db.session.flush()
        if concerns_conversations(scope):
            db.session.execute(
                update(ContactPoint)
                .where(ContactPoint.district_id == district_id, ContactPoint.address == address)
                .values(opted_out_at=_stopped_since(entry))
            )
        events.append(ConsentChanged(district_id, address, scope, kind, entry.id))
    return entry


STAFF_MAY_CHANGE = frozenset({ConsentSource.STAFF, ConsentSource.KEYPAD})
"""A phone has no key that takes back the key that stopped the calls: who wants them again tells the school."""


class OnlyTheyCanOptIn(HomeroomError):
    """Somebody said STOP; nobody says START for them."""

    code = "only_they_can_opt_in"
    advice = _l(
        "They said STOP themselves, so only they can opt back in: ask them to text START to the school’s number. You can still call."
    )


class NoSuchSender(HomeroomError):
    """The pool or number is not the district's."""

    code = "no_such_sender"
    advice = _l("Choose all texts, or one of the district’s senders.")


def record_by_staff(staff: Staff, contact_point_id: int, *, scope: str, kind: ConsentKind, wording: str) -> Consent:
    """Write down what a family told a member of staff. Raises OnlyTheyCanOptIn, NoSuchSender and NotVisible."""
    with transaction():
        point = contact_point_visible_to(staff, contact_point_id)
        if scope not in {ALL_SENDERS, AUTOMATED_CALLS, EMAILS} and not _is_sender_of(staff.district_id, scope):
            raise NoSuchSender
        if kind != ConsentKind.OPTED_OUT and scope != EMAILS:  # nobody can be asked to text START from a mailbox
            standing = newest_by_scope(staff.district_id, point.address)
            if any(entry.kind == ConsentKind.OPTED_OUT and entry.source not in STAFF_MAY_CHANGE for entry in _touched(standing, scope)):
                raise OnlyTheyCanOptIn
        entry = record_consent(staff.district_id, point.address, scope, kind, ConsentSource.STAFF, wording=wording, staff_id=staff.id)
        audit("consent.recorded", point, {"kind": str(kind), "name": point.guardian.full_name}, by=staff)
    return entry


def record_for_sender(staff: Staff, address: str, number: PhoneNumber, *, kind: ConsentKind, wording: str) -> Consent:
    """Write down what another system says that a phone wants from one of our numbers. Raises OnlyTheyCanOptIn."""
    with transaction():
        standing = newest_by_scope(staff.district_id, address)
        if kind != ConsentKind.OPTED_OUT and any(
            entry.kind == ConsentKind.OPTED_OUT and entry.source not in STAFF_MAY_CHANGE
            for entry in _touched(standing, number.consent_scope)
        ):
            raise OnlyTheyCanOptIn
        entry = record_consent(
            staff.district_id, address, number.consent_scope, kind, ConsentSource.STAFF, wording=wording, staff_id=staff.id
        )
        audit("consent.recorded", number, {"kind": str(kind), "name": for_people(address)}, by=staff)
    return entry


def note_export(staff: Staff, kind: str) -> None:
    """Taking the ledger out of the house is a line of the audit trail."""
    with transaction():
        audit("consent.exported", None, {"kind": kind}, by=staff)


def _touched(standing: dict[str, Consent], scope: str) -> list[Consent]:
    """The entries that a new one for `scope` would overrule: its own and the one for all, or, for all, every one in force."""
    for_all = standing.get(ALL_SENDERS)
    if scope == ALL_SENDERS:
        since = for_all.id if for_all else 0
        return [entry for entry in standing.values() if entry.id >= since]
    newest = max((entry for entry in (standing.get(scope), for_all) if entry), key=lambda entry: entry.id, default=None)
    return [newest] if newest else []


def _is_sender_of(district_id: int, scope: str) -> bool:
    kind, _, key = scope.partition(":")
    table = MessagingService if kind == "service" else PhoneNumber
    if kind not in {"service", "number"} or not key.isdecimal():
        return False
    return db.session.scalar(select(table.id).where(table.id == int(key), table.district_id == district_id)) is not None


def _newest_about(district_id: int, address: str, scope: str) -> Consent | None:
    """The newest entry that a new one for `scope` would follow; for all senders that is the newest of any."""
    query = select(Consent).where(Consent.district_id == district_id, Consent.address == address).order_by(Consent.id.desc()).limit(1)
    if scope != ALL_SENDERS:
        query = query.where(Consent.scope.in_([scope, ALL_SENDERS]))
    return db.session.scalar(query)


def _stopped_since(entry: Consent) -> datetime | None:
    """What an address wants after this entry: an email address has one sender, a phone may have stopped another one before."""
    if "@" in entry.address:
        return entry.at if entry.kind == ConsentKind.OPTED_OUT else None
    return standing_opt_outs(entry.district_id, [entry.address]).get(entry.address)


def concerns_conversations(scope: str) -> bool:
    """Whether a wish in `scope` is about the senders of conversations, or about all that an address can hear from."""
    if scope in {ALL_SENDERS, EMAILS}:
        return True
    if scope == AUTOMATED_CALLS:
        return False
    kind, _, key = scope.partition(":")
    table = MessagingService if kind == "service" else PhoneNumber
    purpose = db.session.scalar(select(table.purpose).where(table.id == int(key)))
    return purpose == Purpose.CONVERSATION
