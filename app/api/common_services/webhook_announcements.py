"""What becomes of announcements, and who answers them, as news for the programs that made them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement
from app.announcements.recipients_again import OWNER
from app.api import programs
from app.api.common_services.models import ClientAnnouncement, Taking
from app.api.common_services.queries_announcements import Found, announcement_shown, answered, any_in, moved_recipients
from app.api.common_services.webhooks import tell, tell_all
from app.calls.models import Call, DirectCall
from app.carrier.events import InboundTextRecorded
from app.carrier.models import InboundText
from app.core.database import db
from app.core.keywords import Keyword, keyword
from app.delivery.events import DeliveryChanged
from app.delivery.models import DeliveryState
from app.directory.models import PhoneNumber

STATUS, INBOUND = "announcements.announcement.status_update", "announcements.announcement.inbound"
WORTH_TELLING = frozenset(
    {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.CANCELLED}
)
ACTIONS = {Keyword.OPT_OUT: "block", Keyword.OPT_IN: "unblock"}


@programs.within(AnnouncementChanged)
def follow(fact: AnnouncementChanged) -> None:
    """One is in another state."""
    client = db.session.get(ClientAnnouncement, fact.announcement_id, populate_existing=True)
    announcement = db.session.get(Announcement, fact.announcement_id, populate_existing=True) if client is not None else None
    if client is not None and announcement is not None and client.state != Taking.WAITING:  # it may still be refused
        _tell(Found(announcement, client))


@programs.within_all(DeliveryChanged)
def follow_recipients(facts: Sequence[DeliveryChanged]) -> None:
    """Some of its recipients moved on."""
    moved = [fact for fact in facts if fact.owner_kind == OWNER and fact.state in WORTH_TELLING and not fact.is_retry]
    if not moved or not any(any_in(number) for number in {fact.district_id for fact in moved}):
        return
    db.session.flush()
    for one in moved_recipients([fact.owner_id for fact in moved]):
        whole = announcement_shown(one.found)
        news = [(one.found.of(number), {"announcement": whole, "recipient": recipient}) for number, recipient in one.recipients]
        tell_all(one.found.client.bearer_id, STATUS, news, one.found.client.callback_url)


@programs.within(InboundTextRecorded)
def hear(fact: InboundTextRecorded) -> None:
    """Somebody wrote back to the number of an announcement."""
    if not any_in(fact.district_id):
        return
    inbound = db.session.get_one(InboundText, fact.inbound_text_id)
    found = answered(fact.district_id, inbound.sender, inbound.phone_number_id)
    if found is None:
        return
    said = keyword(inbound.body) if not inbound.media else None
    action = ACTIONS.get(said, "reply") if said is not None else "reply"
    _tell_reaction(*found, Reaction("sms", action, inbound.sender, inbound.phone_number_id, inbound.body))


def hear_call(call: Call) -> None:
    """Somebody called the number of an announcement. Told once, when the call is first heard of. Belongs into a transaction."""
    line = db.session.get(DirectCall, call.id)
    if line is None or not line.is_inbound or not line.address or not any_in(call.district_id):
        return
    found = answered(call.district_id, line.address, call.phone_number_id)
    if found is not None:
        _tell_reaction(*found, Reaction("voice", "call", line.address, call.phone_number_id))


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody did at the number of an announcement."""

    channel: str
    action: str
    sender: str
    phone_number_id: int
    words: str | None = None


def _tell_reaction(found: Found, recipient_id: int, one: Reaction) -> None:
    body = {
        "announcement_uuid": str(found.announcement.uuid),
        "channel": one.channel,
        "sender_number": one.sender,
        "receiver_number": db.session.scalars(select(PhoneNumber.address).where(PhoneNumber.id == one.phone_number_id)).one(),
        "message_body": one.words,
        "action": one.action,
    }
    tell(found.client.bearer_id, INBOUND, found.of(recipient_id), body, found.client.callback_url)


def _tell(found: Found) -> None:
    db.session.flush()
    body = {"announcement": announcement_shown(found), "recipient": None}
    tell(found.client.bearer_id, STATUS, found.subject, body, found.client.callback_url)
