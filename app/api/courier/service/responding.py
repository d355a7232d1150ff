"""A responder answers a family through the thread: once in twelve hours in each conversation, in the family's language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from app.api import programs
from app.api.courier.models import ChannelDetails, Responder
from app.api.courier.queries.rules import responders_at
from app.api.courier.service.week_hours import holds_at
from app.conversations.models import Conversation, Message
from app.conversations.service import Wording
from app.conversations.service.recipients import Recipient
from app.core.database import db
from app.directory.models import Enrollment, Guardianship, School
from app.directory.queries.groups import members_of

NOT_AGAIN_WITHIN = timedelta(hours=12)


def respond(conversation: Conversation, recipient: Recipient, moment: datetime) -> Wording | None:
    """What is answered now, if anything. Runs in the commit of the inbound message."""
    if not programs.any_in(conversation.district_id):
        return None
    rules = responders_at(conversation.district_id, conversation.school_id, moment)
    if not rules:
        return None
    school = db.session.get_one(School, conversation.school_id)
    for rule in rules:
        local = moment.astimezone(ZoneInfo(rule.time_zone or school.time_zone))
        if holds_at(rule.hours, local) and _concerns(rule, conversation, recipient):
            return None if _answered_lately(conversation, moment) else _wording(rule, school)
    return None


def _wording(rule: Responder, school: School) -> Wording:
    words = {locale.partition("_")[0]: text for locale, text in (rule.args.get("message-js") or {}).items()}
    if message := rule.args.get("message"):
        words = {"en": message, **{language: text for language, text in words.items() if language != "en"}}
    return Wording(school.name, words, {"responder": str(rule.uuid)})


def _concerns(rule: Responder, conversation: Conversation, recipient: Recipient) -> bool:
    """Whether it is for everybody, or for a group in which the guardian has a child or for which the channel was opened."""
    if rule.section_id is None and rule.group_id is None:
        return True
    details = db.session.get(ChannelDetails, conversation.id)
    if details is not None and (details.section_id, details.group_id) == (rule.section_id, rule.group_id):
        return True
    children = select(Guardianship.student_id).where(Guardianship.guardian_id == recipient.guardian.id, Guardianship.is_active.is_(True))
    if rule.section_id is not None:
        inside = exists().where(
            Enrollment.section_id == rule.section_id, Enrollment.student_id.in_(children), Enrollment.is_active.is_(True)
        )
        return bool(db.session.scalar(select(inside)))
    return bool(set(db.session.scalars(children)) & set(db.session.scalars(members_of(rule.group_id or 0))))


def _answered_lately(conversation: Conversation, moment: datetime) -> bool:
    lately = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.is_automatic.is_(True),
        Message.created_at > moment - NOT_AGAIN_WITHIN,
        Message.details["responder"].as_string().is_not(None),
    )
    return db.session.scalar(lately.limit(1)) is not None
