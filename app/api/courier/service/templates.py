"""Templates that other systems name: those of announcements by id or title, and saved replies by their shortcut."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Staff
from app.announcements.models import Announcement, Channel
from app.announcements.queries import announcement_is_visible_to
from app.announcements.service import Draft, DraftText, draft_of
from app.api.refusals import Refused, Why
from app.conversations.models import SavedReply
from app.conversations.queries import saved_reply_is_usable_by
from app.core.database import db
from app.core.errors import NotVisible
from app.core.merge_fields import fields_in


def template_named(staff: Staff, name: str) -> Draft:
    """What a template says. Raises NotVisible."""
    if announcement := _announcement(staff, name):
        return draft_of(announcement)
    reply = db.session.scalar(
        select(SavedReply)
        .where(saved_reply_is_usable_by(staff), func.lower(SavedReply.shortcut) == name.removeprefix("/").lower())
        .order_by(SavedReply.id)
    )
    if reply is None:
        raise NotVisible
    return Draft(title=reply.title, texts=(DraftText(Channel.SMS, staff.language, reply.body),), fallback_language=staff.language)


def filled(text: DraftText, data: Mapping[str, Any]) -> DraftText:
    """A text with what came along in place of its fields ``$Name$``; the house's own fields stay for each reader. Raises Refused."""
    return DraftText(text.channel, text.language, fill(text.body, data), fill(text.subject, data), text.origin)


def fill(words: str, data: Mapping[str, Any]) -> str:
    """Words with values in place of fields, in any case. Raises Refused for values that are none."""
    for value in data.values():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) or fields_in(str(value)):
            raise Refused(Why.RULE, "The values of a template are texts and numbers, without fields of their own.", code="template_data")
    values = {name.lower(): str(value) for name, value in data.items()}
    result, end = [], 0
    for field in fields_in(words):
        width = words.index("$", field.position + 1) + 1
        if field.name.lower() in values:
            result += [words[end : field.position], values[field.name.lower()]]
            end = width
    return "".join([*result, words[end:]])


def _announcement(staff: Staff, name: str) -> Announcement | None:
    query = select(Announcement).where(Announcement.is_template.is_(True), announcement_is_visible_to(staff))
    try:
        query = query.where(Announcement.uuid == UUID(name))
    except ValueError:
        query = query.where(func.lower(Announcement.title) == name.lower())
    return db.session.scalar(query.options(selectinload(Announcement.texts)).order_by(Announcement.id.desc()).limit(1))
