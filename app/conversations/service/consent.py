"""What this room asks of, and adds to, the consent ledger; and which of our numbers answers who stopped another."""

from sqlalchemy import select, update

from app.conversations.models import Participant
from app.core.database import db
from app.core.events import within
from app.directory import queries, service
from app.directory.events import ConsentChanged
from app.directory.models import AUTOMATED_CALLS, ConsentKind, ConsentSource, ContactPoint, PhoneNumber


def has_opted_out(point: ContactPoint, number: PhoneNumber | None) -> bool:
    """Whether a text from `number` to this contact point would go against somebody's wish.

    As long as the number is not known: whether they stopped one of ours. Nobody is written to from the next one instead.
    """
    if number is None:
        return point.opted_out_at is not None
    return queries.has_opted_out(point.district_id, point.address, number.consent_scope)


def address_opted_out(number: PhoneNumber, address: str) -> bool:
    """The same for a phone that may belong to nobody whom we know."""
    return queries.has_opted_out(number.district_id, address, number.consent_scope)


def record_keyword(number: PhoneNumber, address: str, *, opted_out: bool, wording: str, source: ConsentSource) -> None:
    """Write a STOP or START into the ledger, for all senders that share the number's scope."""
    service.record_consent(
        number.district_id,
        address,
        number.consent_scope,
        ConsentKind.OPTED_OUT if opted_out else ConsentKind.OPTED_IN,
        source,
        wording=wording,
    )


def number_to_answer_from(participant: Participant, written_to: PhoneNumber) -> PhoneNumber:
    """Ours that a guardian who wrote to a number is answered from: the one they are paired with, or, where they stopped that, this one.

    Kept until the next wish of theirs, or until they write to the paired one. Belongs into the transaction that files the text.
    """
    participant.answers_from_id = None
    paired = db.session.get(PhoneNumber, participant.phone_number_id) if participant.phone_number_id else None
    if paired is None or paired.id == written_to.id or participant.address is None:
        return paired or written_to
    if not address_opted_out(paired, participant.address) or address_opted_out(written_to, participant.address):
        return paired
    participant.answers_from_id = written_to.id
    return written_to


@within(ConsentChanged)
def ask_anew(fact: ConsentChanged) -> None:
    """After any new wish of a phone its threads leave from their own numbers again, until it writes to another."""
    if fact.scope == AUTOMATED_CALLS:
        return
    mine = update(Participant).where(Participant.address == fact.address, Participant.answers_from_id.is_not(None))
    ours = Participant.phone_number_id.in_(select(PhoneNumber.id).where(PhoneNumber.district_id == fact.district_id))
    db.session.execute(mine.where(ours).values(answers_from_id=None))
