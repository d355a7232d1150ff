"""A single text to a phone: a message in the thread with whoever has it, so that wishes, nights and records hold as on every page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.courier.models import NumberOfUser, SingleText
from app.api.courier.queries.preferences import INITIAL_TEXT, preference_text
from app.api.courier.queries.text_accounts import Account, numbers_of
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, Participant
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import PhoneNumber, Purpose
from app.webhooks import service as webhooks
from app.webhooks.models import Face

AT_ONCE = timedelta(0)
"""What a program sends needs no time to be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A text as it was asked for. `number` is the one that it must leave from."""

    account: Account
    target: str
    body: str
    number: PhoneNumber | None = None
    callback_url: str | None = None
    status_url: str | None = None
    callback_json: dict[str, Any] | None = None
    is_one_off: bool = False
    expected: tuple[str, ...] = ()


def send_text(caller: Caller, order: Order) -> SingleText:
    """Put it into the thread and the outbox, in one commit with whom to tell. Raises Refused, and what `conversations.service` refuses."""
    with transaction():
        number = _number(caller.staff, order)
        talk, _member = threads.start_apart(caller.staff, order.target, number=number)
        if talk.last_message_id == 0:
            _greet(caller.staff, talk)
        message = threads.send(caller.staff, talk.id, order.body, uuid=new_uuid(), hold=AT_ONCE)
        single = SingleText(
            district_id=caller.district_id, messaging_service_id=order.account.pool.id, phone_number_id=number.id, message_id=message.id,
            address=order.target, staff_id=caller.staff.id, callback_json=order.callback_json, is_one_off=order.is_one_off,
            expected=list(order.expected), callback_url=order.callback_url, callback_endpoint_id=_endpoint(caller, order.callback_url),
            status_url=order.status_url, status_endpoint_id=_endpoint(caller, order.status_url), created_at=now(),
        )  # fmt: skip
        db.session.add(single)
        db.session.flush()
    return single


def _endpoint(caller: Caller, url: str | None) -> int | None:
    return webhooks.callback_endpoint(caller.bearer, url, face=Face.COURIER, comes_often=True) if url else None


def _greet(staff: Staff, talk: Conversation) -> None:
    """Whoever hears from the organization for the first time may be told first who writes."""
    words = preference_text(talk.district_id, talk.school_id, INITIAL_TEXT)
    if words:
        threads.send(staff, talk.id, words, uuid=new_uuid(), hold=AT_ONCE)


def _number(staff: Staff, order: Order) -> PhoneNumber:
    """The one of the account that speaks with this phone for this person already, else the one that suits best. Raises Refused."""
    if order.account.pool.purpose != Purpose.CONVERSATION:
        raise Refused(Why.RULE, "This account is for announcements. Send texts from one that is for conversations.", code="account_purpose")
    ours = list(
        db.session.scalars(
            numbers_of(staff)
            .where(PhoneNumber.messaging_service_id == order.account.pool.id, PhoneNumber.is_active.is_(True))
            .order_by(PhoneNumber.id)
        )
    )
    row = order.account.row
    if order.number is not None:
        if order.number.id not in {each.id for each in ours}:
            raise Refused(Why.RULE, "This number is not one of the account's that are in use.", field="body/data/attributes/number-id")
        if row is None or not row.allow_custom_number:
            advice = "This account chooses the number itself. Leave number-id out, or set allow-custom-number on the account."
            raise Refused(Why.RULE, advice, field="body/data/attributes/number-id", code="custom_number")
        return order.number
    speaking = _speaking(order.target, [each.id for each in ours])
    wanted = [_own_number(staff), row.phone_number_id if row else None]
    mine = [each for each in ours if speaking.get(each.id) == staff.id]
    free = sorted((each for each in ours if each.id not in speaking), key=lambda each: _rank(each.id, wanted))
    chosen = next(iter([*mine, *free]), None)
    if chosen is None:
        if not ours:
            raise Refused(Why.STATE, "This account has no number in use. Buy one: POST /v1/text-account-numbers/.", code="no_number")
        advice = "All numbers of this account speak with this phone in conversations of others. Write there, or add a number."
        raise Refused(Why.STATE, advice, code="no_free_number")
    return chosen


def _rank(number_id: int, wanted: list[int | None]) -> int:
    return wanted.index(number_id) if number_id in wanted else len(wanted)


def _speaking(address: str, number_ids: list[int]) -> dict[int, int | None]:
    """Which of these speak with a phone now, and whose conversation that is."""
    rows = db.session.execute(
        select(Participant.phone_number_id, Conversation.created_by_id)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(
            Participant.address == address, Participant.phone_number_id.in_(number_ids), Participant.pairing_deactivated_at.is_(None),
        )
    )  # fmt: skip
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _own_number(staff: Staff) -> int | None:
    here = or_(NumberOfUser.school_id.is_(None), NumberOfUser.school_id.in_(staff.school_ids))
    return db.session.scalar(
        select(NumberOfUser.phone_number_id)
        .where(NumberOfUser.staff_id == staff.id, here)
        .order_by(NumberOfUser.school_id.is_(None), NumberOfUser.id.desc())
        .limit(1)
    )
