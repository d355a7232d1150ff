"""Asking a family whether texts are welcome: a dialogue of three texts. What they answer is a line of the consent ledger."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.api.courier.models import ConsentRequest, ConsentState
from app.api.courier.queries.organizations import Place
from app.api.courier.service.texts import AT_ONCE
from app.api.refusals import Refused, Why
from app.carrier.models import InboundText
from app.conversations import service as threads
from app.conversations.models import Message, MessageKind, Participant
from app.conversations.service.answering import Counted
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.core.search_text import fold
from app.directory.events import ConsentChanged
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, Guardian, PhoneNumber
from app.directory.service.consent import record_consent

YES = frozenset({"yes", "y", "si", "ok", "okay", "accept", "acepto", "agree", "start", "1"})
NO = frozenset({"no", "n", "reject", "decline", "rechazo", "2"})
HOUSE_TEXT = "May {organization} send you texts about your child? Reply YES or NO. Reply STOP at any time to end them."
THANKS = "Thank you. {organization} will send you texts. Reply STOP at any time to end them."
AGAIN = "Please reply YES or NO: may {organization} send you texts?"
ANSWERED_WITHIN = timedelta(days=7)
"""Later a yes or a no is about something else."""
LONGEST_ANSWER = 20
"""What is longer is no answer that went wrong, but something that a person has to read."""


def ask(staff: Staff, place: Place, guardian: Guardian, texts: dict[str, str]) -> ConsentRequest:
    """Send the question, through the thread: whoever said STOP is not asked, and at night nobody is. Raises Refused."""
    with transaction():
        point = next((each for each in guardian.contact_points if each.takes_texts), None)
        if point is None:
            raise Refused(Why.RULE, "This person has no phone that takes texts.", field="body/data/attributes/user-id", code="no_mobile")
        asked = db.session.scalars(
            select(ConsentRequest).where(
                ConsentRequest.contact_point_id == point.id, ConsentRequest.state == ConsentState.PENDING,
                ConsentRequest.school_id.is_not_distinct_from(place.school_id), ConsentRequest.created_at > now() - ANSWERED_WITHIN,
            )
        ).all()  # fmt: skip
        if any(_is_last_said(each) for each in asked):
            raise Refused(Why.STATE, "This person was asked already and has not answered.", code="asked_already")
        talk = threads.start_direct(staff, point.id, school_id=place.school_id)
        said = {name: texts.get(name, "").strip() for name in ("initial", "accept", "invalid-response")}
        initial = said["initial"] or HOUSE_TEXT.format(organization=place.name)
        threads.send(staff, talk.id, initial, uuid=new_uuid(), hold=AT_ONCE)
        paired = db.session.scalars(
            select(Participant).where(Participant.conversation_id == talk.id, Participant.contact_point_id == point.id)
        ).one()
        request = ConsentRequest(
            district_id=staff.district_id, school_id=place.school_id, guardian_id=guardian.id, contact_point_id=point.id,
            phone_number_id=paired.phone_number_id, address=point.address, initial=initial,
            accept=said["accept"] or THANKS.format(organization=place.name),
            invalid_response=said["invalid-response"] or AGAIN.format(organization=place.name), staff_id=staff.id,
        )  # fmt: skip
        db.session.add(request)
        db.session.flush()
        audit("consent.asked", point, {"name": guardian.full_name}, by=staff)
    return request


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
    if request is None or not _is_last_said(request):
        return None
    said = fold(inbound.body).strip(" .!")
    if said in YES:
        _answered(request, number, ConsentKind.AGREED, inbound.body)
        return _counted(request, request.accept)
    if said in NO:
        _answered(request, number, ConsentKind.OPTED_OUT, inbound.body)
        return _counted(request, None)  # who says no hears nothing more
    if request.explained_at is not None or len(inbound.body) > LONGEST_ANSWER:
        return None
    request.explained_at = now()  # once: two machines would go on for ever
    return _counted(request, request.invalid_response)


def _is_last_said(request: ConsentRequest) -> bool:
    """Whether nobody wrote to the family since: a “No” answers what was asked last, be it a teacher's question."""
    since = (
        select(Message.id)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .where(
            Participant.contact_point_id == request.contact_point_id, Participant.phone_number_id == request.phone_number_id,
            Message.kind == MessageKind.OUTBOUND, Message.created_at > request.created_at,
        )
    )  # fmt: skip
    return db.session.scalar(since.limit(1)) is None


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
