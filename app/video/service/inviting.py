"""Guardians are texted a link of their own, through their thread: consent and quiet hours hold as for every text."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.config import Settings
from app.conversations.models import Conversation, ConversationKind, Message, MessageKind
from app.conversations.service import access, dispatch, inbox_row, lines, outbox, secret_texts
from app.conversations.service.desk import ACTIVE_FOR
from app.conversations.service.outbox import Words
from app.conversations.service.recipients import Recipient, recipients_of, refusal
from app.conversations.service.secret_texts import Secret
from app.conversations.service.sending import UNDO
from app.conversations.service.standing_words import Standing
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import School
from app.video.errors import NobodyToInvite
from app.video.models import Provider, VideoCall, VideoParticipant
from app.video.queries import call_visible_to
from app.video.service import steps

PATH = "/v/"
"""The guests' page is this and their token."""
TOKEN_BYTES = 18
"""Short enough for a text, and nobody's guess."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of one guardian's invitation: the text, or why there is none."""

    name: str
    participant: VideoParticipant | None = None
    message: Message | None = None
    refusal: HomeroomError | None = None


def invite(staff: Staff, call_id: int, *, uuid: UUID, guardian_ids: frozenset[int] | None = None) -> list[Invited]:
    """Text each guardian of the call's thread, or only these, a link; the same `uuid` again texts nobody twice.

    Raises NotVisible, NotAllowed, VideoCallIsOver, NobodyToInvite; what forbids one guardian's text is in that one's line.
    """
    with transaction():
        call = steps.hold_open(call_visible_to(staff, call_id).id)
        if call.conversation_id is None or call.provider != Provider.EMBEDDED:  # a link leads to a room of this house
            raise NobodyToInvite
        conversation = access.writable(staff, call.conversation_id)
        people = [each for each in recipients_of(conversation) if guardian_ids is None or each.guardian.id in guardian_ids]
        if not people:
            raise NobodyToInvite
        invited = [_invite(staff, call, conversation, each, uuid) for each in people]
        if any(each.message is not None for each in invited):
            names = ", ".join(each.name for each in invited if each.message is not None)
            audit("video_call.invited", call, {"title": call.session_name, "name": names}, by=staff)
        steps.changed(call)
        return invited


def _invite(staff: Staff, call: VideoCall, conversation: Conversation, recipient: Recipient, uuid: UUID) -> Invited:
    name = recipient.guardian.full_name
    seat = _seat(call, recipient)
    if seat.removed_at is not None:  # whoever is asked again may come again
        seat.removed_at = None
    if why := refusal(conversation, recipient):
        return Invited(name, seat, refusal=why)
    talk, own = (conversation, recipient) if conversation.kind == ConversationKind.DIRECT else _own_thread(conversation, recipient)
    text_uuid = uuid5(uuid, str(recipient.guardian.id))
    if earlier := dispatch.earlier(text_uuid, talk, staff):
        return Invited(name, seat, earlier)
    settings: Settings = current_app.extensions["settings"]
    fresh = signed_links.new_token(TOKEN_BYTES)
    secret = Secret(Standing.VIDEO, f"{settings.public_url.rstrip('/')}{PATH}{fresh.token}", {"video_call_id": call.id})
    try:
        message = secret_texts.text(staff, talk, own, secret, uuid=text_uuid)
    except HomeroomError as why_not:
        return Invited(name, seat, refusal=why_not)
    seat.link_hash, seat.invited_at, seat.invitation_id = fresh.digest, now(), message.id
    return Invited(name, seat, message)


def _own_thread(conversation: Conversation, recipient: Recipient) -> tuple[Conversation, Recipient]:
    """A link is one person's: who is asked as one of a group gets it in their own thread."""
    school = db.session.get_one(School, conversation.school_id)
    talk, participant = lines.direct_line(school, recipient.point, owner_id=conversation.created_by_id)
    talk = inbox_row.hold(talk.id)
    return talk, next(each for each in recipients_of(talk) if each.participant.id == participant.id)


def _seat(call: VideoCall, recipient: Recipient) -> VideoParticipant:
    theirs = (VideoParticipant.video_call_id == call.id, VideoParticipant.guardian_id == recipient.guardian.id)
    found = db.session.scalars(select(VideoParticipant).where(*theirs)).first()
    if found is None:
        found = VideoParticipant(
            district_id=call.district_id, video_call_id=call.id, name=recipient.guardian.full_name[:255], guardian_id=recipient.guardian.id
        )
        db.session.add(found)
    found.contact_point_id, found.language = recipient.point.id, recipient.language
    db.session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Invitable:
    """One guardian of a thread, and why no link can be texted to them, if so; `held_until` when a quiet hour keeps it."""

    guardian_id: int
    name: str
    why_not: str = ""
    held_until: datetime | None = None
    zone: str = "UTC"


def invitable(conversation: Conversation) -> list[Invitable]:
    """The guardians of a visible thread as an invitation now would find them."""
    school = db.session.get_one(School, conversation.school_id)
    found = []
    for each in recipients_of(conversation):
        why = refusal(conversation, each)
        until = None if why else _held_until(conversation, each)
        found.append(Invitable(each.guardian.id, each.guardian.full_name, why.advice if why else "", until, school.time_zone))
    return found


def _held_until(conversation: Conversation, recipient: Recipient) -> datetime | None:
    if recipient.number is None:
        return None
    heard = db.session.scalar(
        select(func.max(Message.created_at)).where(Message.conversation_id == conversation.id, Message.kind == MessageKind.INBOUND)
    )
    is_reply = heard is not None and heard > now() - ACTIVE_FOR
    return outbox.held_until(
        outbox.orders(conversation.district_id, [(recipient, Words("https://"))], due_at=now() + UNDO, is_reply=is_reply)
    )
