"""Asking a family whether texts are welcome: a dialogue of three texts. What they answer is a line of the consent ledger."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.service import audit
from app.api.courier.models import ConsentRequest, ConsentState
from app.api.courier.queries.consents import LEAVING, LEFT
from app.api.courier.queries.organizations import Place
from app.api.courier.service.consent_words import means_yes
from app.api.courier.service.texts import AT_ONCE
from app.api.refusals import Refused, Why
from app.carrier.models import InboundText
from app.conversations import service as threads
from app.conversations.models import Message, MessageKind, Participant
from app.conversations.service.answering import Counted
from app.conversations.service.composing import BY_STAFF
from app.conversations.service.standing_words import Standing, say
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.events import ConsentChanged
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, ContactPoint, Guardian, PhoneNumber
from app.directory.service.consent import record_consent

ANSWERED_WITHIN = timedelta(days=7)
"""Later a yes or a no is about something else."""
LONGEST_ANSWER = 20
"""What is longer is no answer that went wrong, but something that a person has to read."""
LEFT_AT = func.coalesce(Message.sent_at, Message.created_at)
"""The carrier has it from SENDING on, and says a little later since when."""
ASKED_ALREADY = "This phone was asked already and has not answered. Wait for the answer; a question ends after a week."


def ask(staff: Staff, place: Place, guardian: Guardian, texts: dict[str, str]) -> ConsentRequest:
    """Send the question, through the thread: whoever said STOP is not asked, and at night nobody is. Raises Refused.

    The house's own words are in the language of the family; words that came along stay as they are.
    """
    with transaction():
        point = next((each for each in guardian.contact_points if each.takes_texts), None)
        if point is None:
            raise Refused(Why.RULE, "This person has no phone that takes texts.", field="body/data/attributes/user-id", code="no_mobile")
        _end_earlier(point)
        talk = threads.start_direct(staff, point.id, school_id=place.school_id)
        paired = db.session.scalars(
            select(Participant).where(Participant.conversation_id == talk.id, Participant.contact_point_id == point.id)
        ).one()
        said = {name: texts.get(name, "").strip() for name in ("initial", "accept", "invalid-response")}
        language = point.language or guardian.language
        question = say(Standing.CONSENT_ASKED, language, school=place.name)
        in_english = say(Standing.CONSENT_ASKED, "en", school=place.name)
        if said["initial"] or question == in_english:
            asking = threads.send(staff, talk.id, said["initial"] or question, uuid=new_uuid(), hold=AT_ONCE)
        else:  # colleagues read it in English beside what the family got
            words = {language: question}
            asking = threads.send(staff, talk.id, in_english, uuid=new_uuid(), hold=AT_ONCE, translations=words, translated_by=BY_STAFF)
        request = ConsentRequest(
            district_id=staff.district_id, school_id=place.school_id, guardian_id=guardian.id, contact_point_id=point.id,
            phone_number_id=paired.phone_number_id, address=point.address, language=language, initial=said["initial"] or question,
            accept=said["accept"] or say(Standing.CONSENT_GIVEN, language, school=place.name),
            invalid_response=said["invalid-response"] or say(Standing.CONSENT_UNCLEAR, language, school=place.name), staff_id=staff.id,
            message_id=asking.id,
        )  # fmt: skip
        db.session.add(request)
        try:
            db.session.flush()
        except IntegrityError as error:  # two asked at once
            raise Refused(Why.STATE, ASKED_ALREADY, code="asked_already") from error
        audit("consent.asked", point, {"name": guardian.full_name}, by=staff)
    return request


def end_old() -> int:
    """Questions that nobody answered in time end; how many."""
    with transaction():
        old = (ConsentRequest.state == ConsentState.PENDING, ConsentRequest.created_at <= now() - ANSWERED_WITHIN)
        ended = update(ConsentRequest).where(*old)
        return int(db.session.execute(ended.values(state=ConsentState.EXPIRED, changed_at=now())).rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def take(inbound: InboundText, number: PhoneNumber) -> Counted | None:
    """Whether a text answers such a question; registered with the room of conversations. Belongs into its transaction."""
    request = db.session.scalar(
        select(ConsentRequest)
        .where(
            ConsentRequest.phone_number_id == number.id, ConsentRequest.address == inbound.sender,
            ConsentRequest.state == ConsentState.PENDING, ConsentRequest.created_at > now() - ANSWERED_WITHIN,
        )
        .order_by(ConsentRequest.id.desc())
        .limit(1)
        .with_for_update()
    )  # fmt: skip
    if request is None or (asked_at := _asked_at(request)) is None or _was_said_since(request, asked_at):
        return None
    is_yes = means_yes(inbound.body, request.language)
    if is_yes:
        _answered(request, number, ConsentKind.AGREED, inbound.body)
        return _counted(request, request.accept)
    if is_yes is False:
        _answered(request, number, ConsentKind.OPTED_OUT, inbound.body)
        return _counted(request, None)  # who says no hears nothing more
    if request.explained_at is not None or len(inbound.body) > LONGEST_ANSWER:
        return None
    request.explained_at = now()  # once: two machines would go on for ever
    return _counted(request, request.invalid_response)


def _end_earlier(point: ContactPoint) -> None:
    """A phone has one open question, whoever asks: what can be answered no more ends. Raises Refused while one can."""
    earlier = db.session.scalars(
        select(ConsentRequest)
        .where(
            ConsentRequest.district_id == point.district_id, ConsentRequest.address == point.address,
            ConsentRequest.state == ConsentState.PENDING,
        )
        .with_for_update()
    ).all()  # fmt: skip
    for each in earlier:
        if each.created_at > now() - ANSWERED_WITHIN and _can_be_answered(each):
            raise Refused(Why.STATE, ASKED_ALREADY, code="asked_already")
        each.state, each.changed_at = ConsentState.EXPIRED, now()
    db.session.flush()


def _can_be_answered(request: ConsentRequest) -> bool:
    """Now, or as soon as the question has left; one that was taken back, or failed, asks nobody."""
    if (asked_at := _asked_at(request)) is not None:
        return not _was_said_since(request, asked_at)
    return db.session.scalar(select(Message.id).where(Message.id == request.message_id, Message.status.in_(LEAVING))) is not None


def _asked_at(request: ConsentRequest) -> datetime | None:
    """When the question left. None before: what comes meanwhile, as at night, answers something else."""
    if request.message_id is None:
        return request.created_at
    return db.session.scalar(select(LEFT_AT).where(Message.id == request.message_id, Message.status.in_(LEFT)))


def _was_said_since(request: ConsentRequest, asked_at: datetime) -> bool:
    """Whether anything else has left for the family since: a “No” answers what was asked last, be it a teacher's question."""
    since = (
        select(Message.id)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .where(
            Participant.contact_point_id == request.contact_point_id, Participant.phone_number_id == request.phone_number_id,
            Message.kind == MessageKind.OUTBOUND, Message.status.in_(LEFT), asked_at < LEFT_AT, Message.id != (request.message_id or 0),
        )
    )  # fmt: skip
    return db.session.scalar(since.limit(1)) is not None


def _answered(request: ConsentRequest, number: PhoneNumber, kind: ConsentKind, words: str) -> None:
    agreed = kind == ConsentKind.AGREED
    request.state, request.changed_at = ConsentState.ACCEPTED if agreed else ConsentState.REJECTED, now()
    record_consent(request.district_id, request.address, number.consent_scope, kind, ConsentSource.KEYWORD, wording=words)


def _counted(request: ConsentRequest, reply: str | None) -> Counted:
    return Counted(reply, request.contact_point_id, "consent_answered", {"state": request.state})


def follow_ledger(fact: ConsentChanged) -> None:
    """STOP is a no, however it was asked; START is a yes."""
    if fact.kind == ConsentKind.AGREED:
        return
    pending = select(ConsentRequest).where(
        ConsentRequest.district_id == fact.district_id, ConsentRequest.address == fact.address, ConsentRequest.state == ConsentState.PENDING
    )
    for request in db.session.scalars(pending):
        number = db.session.get_one(PhoneNumber, request.phone_number_id)
        if fact.scope in {number.consent_scope, ALL_SENDERS}:
            request.state = ConsentState.REJECTED if fact.kind == ConsentKind.OPTED_OUT else ConsentState.ACCEPTED
            request.changed_at = now()
