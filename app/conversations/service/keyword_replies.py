"""STOP, START and HELP: applied at once, for the senders that share the number's scope, and acknowledged once."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.carrier.models import InboundText
from app.conversations.service import consent
from app.conversations.service.outbox import SIDE_OWNER, UNKNOWN_OWNER
from app.conversations.service.standing_words import Standing, say
from app.core.clock import now
from app.core.database import db
from app.core.keywords import Keyword, keyword
from app.core.phone_numbers import for_people
from app.delivery import service as delivery
from app.delivery.models import Delivery, Priority
from app.directory.models import ConsentSource, ContactPoint, District, PhoneNumber, Purpose, School

HELPED_WITHIN = timedelta(hours=24)
_BY_CARRIER = {"STOP": Keyword.OPT_OUT, "START": Keyword.OPT_IN, "HELP": Keyword.HELP}
_EVENTS = {Keyword.OPT_OUT: "opted_out", Keyword.OPT_IN: "opted_in", Keyword.HELP: "asked_for_help"}
_ANSWERS = {Keyword.OPT_OUT: Standing.STOPPED, Keyword.OPT_IN: Standing.STARTED, Keyword.HELP: Standing.HELP}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command that counts, and whether it is owed an answer."""

    keyword: Keyword
    is_answered: bool

    @property
    def event(self) -> str:
        """The kind of its line in the timeline."""
        return _EVENTS[self.keyword]

    @property
    def changes_consent(self) -> bool:
        """Whether the ledger gets an entry."""
        return self.keyword != Keyword.HELP


def understand(inbound: InboundText, number: PhoneNumber) -> Spoken | None:
    """The command that a text is. "Yes" from somebody who never said STOP is an answer to a question, and none."""
    by_carrier = _BY_CARRIER.get(inbound.opt_out_type or "")
    said = by_carrier or (keyword(inbound.body) if not inbound.media else None)
    return _heard(said, number, inbound.sender, is_answered=by_carrier is None)


def _heard(said: Keyword | None, number: PhoneNumber, address: str, *, is_answered: bool) -> Spoken | None:
    if said is None:
        return None
    was_out = consent.address_opted_out(number, address)
    if said == Keyword.OPT_IN and not was_out:
        return None
    is_repeated = said == Keyword.OPT_OUT and was_out
    return Spoken(said, is_answered=is_answered and not is_repeated and not _helped_lately(said, number, address))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who gave a command: to which of our numbers, from which phone, in which words, and how we know."""

    number: PhoneNumber
    address: str
    wording: str
    source: ConsentSource = ConsentSource.KEYWORD


def understand_page(speaker: Speaker) -> Spoken | None:
    """The same as `understand` for what the holder of a phone wrote on the web page."""
    return _heard(keyword(speaker.wording), speaker.number, speaker.address, is_answered=True)


def obey(
    spoken: Spoken, speaker: Speaker, *, language: str, point: ContactPoint | None, owner: tuple[str, int], beside: str | None = None
) -> None:
    """Write the ledger and the acknowledgement. Belongs into the transaction that files what was said.

    `beside`: what else is to be said to it, in the same text.
    """
    number = speaker.number
    if spoken.changes_consent:
        opted_out = spoken.keyword == Keyword.OPT_OUT
        consent.record_keyword(number, speaker.address, opted_out=opted_out, wording=speaker.wording, source=speaker.source)
    if not spoken.is_answered:
        return
    school = db.session.get(School, number.school_id) if number.school_id else None
    district = db.session.get_one(District, number.district_id)
    phone = for_people(school.phone) if school and school.phone else None
    standing = _ANSWERS[spoken.keyword]
    if standing == Standing.STOPPED and number.purpose == Purpose.ANNOUNCEMENT:
        standing = Standing.ALL_STOPPED
    words = say(standing, language, phone=phone, school=school.name if school else district.name)
    words = f"{words}\n{beside}" if beside else words
    delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=number.district_id,
            owner_kind=owner[0],
            owner_id=owner[1],
            body=words,
            recipients=(delivery.Recipient(speaker.address, number.id, point.id if point else None),),
            priority=Priority.HIGH,
            is_reply=True,
            ignores_consent=True,
        )
    )


def _helped_lately(said: Keyword, number: PhoneNumber, address: str) -> bool:
    """Two machines that answer HELP with "info" stop after one round."""
    if said != Keyword.HELP:
        return False
    return (
        db.session.scalar(
            select(Delivery.id)
            .where(
                Delivery.district_id == number.district_id,
                Delivery.address == address,
                Delivery.owner_kind.in_((SIDE_OWNER, UNKNOWN_OWNER)),
                Delivery.priority == Priority.HIGH,
                Delivery.created_at > now() - HELPED_WITHIN,
            )
            .limit(1)
        )
        is not None
    )
