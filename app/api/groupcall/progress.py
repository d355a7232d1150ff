"""What became of each recipient, followed in the commits that made it so, and told to whoever asked for callbacks."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Bearer
from app.accounts.models.access import FIRST_CUSTOMER
from app.api import programs
from app.api.groupcall.callbacks import callback
from app.api.groupcall.models import Fate, GroupcallRecipient, GroupcallSend
from app.carrier.error_codes import HouseCode
from app.conversations.events import MessageAdded, MessageStatusChanged
from app.conversations.models import Message, MessageKind, MessageStatus
from app.core.clock import now
from app.core.database import db
from app.delivery.events import DeliveryChanged
from app.delivery.models import DeliveryState
from app.webhooks.service import Outgoing, enqueue

OWNER = "groupcall"
ANSWERS_WITHIN = timedelta(days=30)
"""An answer that comes later is told to nobody as one."""
_FATES: dict[str, Fate] = {
    MessageStatus.SENDING: Fate.SENT,
    MessageStatus.SENT: Fate.SENT,
    MessageStatus.DELIVERED: Fate.DELIVERED,
    MessageStatus.FAILED: Fate.FAILED,
    MessageStatus.BLOCKED: Fate.FAILED,
    MessageStatus.CANCELLED: Fate.FAILED,
    DeliveryState.SENDING: Fate.SENT,
}
"""Both rooms name their states alike."""


def move(recipient: GroupcallRecipient, fate: Fate, detail: str = "") -> None:
    """Let a recipient go on, and tell it. Late news changes nothing. Belongs into a transaction."""
    if not Fate(recipient.state).may_become(fate):
        return
    moment = now()
    send = db.session.get_one(GroupcallSend, recipient.send_id)
    recipient.state, recipient.state_at, recipient.detail = fate, moment, detail[:300]
    if fate in {Fate.SENT, Fate.DELIVERED} and recipient.sent_day is None and not send.is_test:
        recipient.sent_day = moment.date()
    db.session.flush()
    _tell(send, callback(send, recipient, _number(send), moment, status=fate, detail=detail))


@programs.within_all(MessageStatusChanged)
def follow_messages(facts: Sequence[MessageStatusChanged]) -> None:
    """Texts in threads moved on."""
    told = [(fact, fate) for fact in facts if (fate := _FATES.get(fact.status)) is not None]
    if not told:
        return
    ids = {fact.message_id for fact, _fate in told}
    asked = select(GroupcallRecipient).where(GroupcallRecipient.message_id.in_(ids)).order_by(GroupcallRecipient.id).with_for_update()
    recipients = {recipient.message_id: recipient for recipient in db.session.scalars(asked)}
    for fact, fate in told:
        recipient = recipients.get(fact.message_id)
        if recipient is not None:
            message = db.session.get_one(Message, fact.message_id)
            move(recipient, _of_block(fate, fact.status, message.error_code), message.error_code or "")


@programs.within(DeliveryChanged)
def follow_delivery(fact: DeliveryChanged) -> None:
    """An email, or a text to a colleague, moved on."""
    fate = _FATES.get(fact.state)
    if fact.owner_kind != OWNER or fate is None:
        return
    recipient = db.session.scalar(select(GroupcallRecipient).where(GroupcallRecipient.id == fact.owner_id).with_for_update())
    if recipient is not None:
        move(recipient, _of_block(fate, fact.state, fact.error_code), fact.error_code or "")


@programs.within(MessageAdded)
def follow_answer(fact: MessageAdded) -> None:
    """A family answered in a thread into which a batch wrote: the newest of its messages is what they answer."""
    if fact.kind != MessageKind.INBOUND:
        return
    recipient = db.session.scalar(
        select(GroupcallRecipient)
        .where(GroupcallRecipient.conversation_id == fact.conversation_id, GroupcallRecipient.state_at > now() - ANSWERS_WITHIN)
        .order_by(GroupcallRecipient.id.desc())
        .limit(1)
    )
    if recipient is None:
        return
    send = db.session.get_one(GroupcallSend, recipient.send_id)
    words = db.session.get_one(Message, fact.message_id).body
    _tell(send, callback(send, recipient, _number(send), now(), status="Reply", reply=words))


def _tell(send: GroupcallSend, told: Outgoing | None) -> None:
    """Nobody hears anything who was let in no more since."""
    if told is not None and db.session.get_one(Bearer, send.bearer_id).deleted_at is None:
        enqueue([told])


def _number(send: GroupcallSend) -> str:
    return str(FIRST_CUSTOMER + send.bearer_id)


def _of_block(fate: Fate, state: str, code: str | None) -> Fate:
    return Fate.OPTED_OUT if state == MessageStatus.BLOCKED and code == HouseCode.OPTED_OUT else fate
