"""What this face does when something happens in the house: it notifies, and lets announcers tell."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import Staff
from app.api import programs
from app.api.courier.jsonapi import ids_of
from app.api.courier.models import Announcer
from app.api.courier.queries import unsent
from app.api.courier.queries.rules import announcers_of
from app.api.courier.service import emails
from app.api.courier.service.notifying import Notice, awaiting, listening, mail, notify
from app.conversations.events import ColleagueJoined, MessageAdded, StaffMentioned
from app.conversations.models import Conversation, Message, MessageKind, Participant
from app.core.database import db
from app.core.ids import new_uuid
from app.delivery.events import DeliveryChanged
from app.voicemail.events import VoicemailChanged
from app.voicemail.models import Voicemail
from app.webhooks import service as webhooks
from app.webhooks.service import Outgoing

MESSAGE, VOICEMAIL, SHARED = "message-received", "voicemail-received", "individual-shared"


@programs.within(MessageAdded)
def a_message_came(fact: MessageAdded) -> None:
    """Whoever takes part and registered a browser is notified, unless they muted it."""
    if fact.kind != MessageKind.INBOUND:
        return
    announcers = announcers_of(fact.district_id, fact.school_id, MESSAGE)
    members = select(Participant.staff_id).where(
        Participant.conversation_id == fact.conversation_id,
        Participant.staff_id.is_not(None),
        Participant.left_at.is_(None),
        Participant.is_muted.is_(False),
    )
    told = listening([number for number in db.session.scalars(members) if number is not None])
    if not announcers and not told:
        return
    talk, message = db.session.get_one(Conversation, fact.conversation_id), db.session.get_one(Message, fact.message_id)
    details = {"channel-id": str(talk.uuid), "message-id": str(message.uuid)}
    notice = Notice(fact.district_id, fact.school_id, MESSAGE, "New message", f"A message came in the channel “{talk.title}”.", details)
    notify(sorted(told), notice)
    _announce(announcers, notice, f"message:{message.uuid}")


@programs.within(VoicemailChanged)
def a_voicemail_came(fact: VoicemailChanged) -> None:
    """Whose box it is in, where they registered a browser."""
    if not fact.is_fresh:
        return
    announcers = announcers_of(fact.district_id, fact.school_id, VOICEMAIL)
    told = listening(fact.staff_ids)
    if not announcers and not told:
        return
    voicemail = db.session.get_one(Voicemail, fact.voicemail_id)
    details = {"voicemail-id": str(voicemail.uuid)}
    notice = Notice(fact.district_id, fact.school_id, VOICEMAIL, "New voicemail", "Somebody left a voicemail.", details)
    notify(sorted(told), notice)
    _announce(announcers, notice, f"voicemail:{voicemail.uuid}")


@programs.within(ColleagueJoined)
def a_family_was_shared(fact: ColleagueJoined) -> None:
    """Whom a channel was opened to."""
    talk = db.session.get_one(Conversation, fact.conversation_id)
    announcers = announcers_of(fact.district_id, talk.school_id, SHARED)
    told = awaiting([fact.staff_id]) if fact.staff_id != fact.by_id else set()
    if not announcers and not told:
        return
    details = {"channel-id": str(talk.uuid)}
    body = f"The channel “{talk.title}” was opened to you."
    notice = Notice(fact.district_id, talk.school_id, SHARED, "A channel was shared", body, details)
    notify(sorted(told), notice)
    _announce(announcers, notice, f"shared:{new_uuid()}")


@programs.within(StaffMentioned)
def somebody_was_called(fact: StaffMentioned) -> None:
    """Whom a colleague's note names."""
    told = awaiting([fact.staff_id])
    if not told:
        return
    talk = db.session.get_one(Conversation, fact.conversation_id)
    body = f"A colleague named you in a note in the channel “{talk.title}”."
    notify(sorted(told), Notice(fact.district_id, talk.school_id, "mention", "You were named", body, {"channel-id": str(talk.uuid)}))


@programs.within(DeliveryChanged)
def an_email_moved(fact: DeliveryChanged) -> None:
    """What became of an email that was written through this face."""
    if fact.owner_kind == unsent.OWNER:
        emails.follow(fact)


def _announce(announcers: list[Announcer], notice: Notice, subject: str) -> None:
    """`subject` is what it is about: one that a receiver refuses holds up no other."""
    outgoing: list[Any] = []
    for rule in announcers:
        if rule.endpoint_id is not None:
            body = {"announcer-id": str(rule.uuid), "event": rule.event, "data": dict(notice.details)}
            outgoing.append(Outgoing(rule.endpoint_id, f"announcer.{rule.event}", subject, body))
            continue
        wanted = ids_of(rule.args.get("individual-ids"))
        people = list(db.session.scalars(select(Staff).where(Staff.district_id == rule.district_id, Staff.uuid.in_(wanted))))
        if rule.kind == "email":
            mail(people, notice)
        else:
            notify([person.id for person in people], notice)
    if outgoing:
        webhooks.enqueue(outgoing)
