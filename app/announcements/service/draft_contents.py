"""What a draft holds, as people write it and as rows keep it, and what of it one may write."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements import asking, channels
from app.announcements import audience as audiences
from app.announcements import escalation as escalations
from app.announcements.asking_words import tail_of
from app.announcements.errors import EmergencyNotAllowed, MayNotDraft
from app.announcements.models import (
    Announcement,
    AnnouncementText,
    Category,
    Channel,
    EmergencyReason,
    RepliesTo,
    SendTo,
    TextOrigin,
)
from app.announcements.queries import announcement_visible_to, list_visible_to
from app.announcements.queries.repliers import may_answer
from app.announcements.speakers import LONGEST_OPENING, opening_of, usual_school
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.queries.reach import schools_of

LONGEST_TITLE = 200
LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class DraftText:
    """What is said over one channel in one language."""

    channel: str
    language: str
    body: str
    subject: str = ""
    origin: str = TextOrigin.WRITTEN


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a person may change."""

    title: str = ""
    school_id: int | None = None
    category: str = Category.GENERAL
    emergency_reason: str | None = None
    emergency_words: str = ""
    replies_to: str = RepliesTo.AUTHOR
    replies_to_id: int | None = None
    opening: str | None = ""
    """With which texts begin; None for the name of whoever speaks."""
    send_to: str = SendTo.PRIORITY
    channels: tuple[str, ...] = (Channel.SMS,)
    audience: dict[str, Any] = field(default_factory=dict)
    texts: tuple[DraftText, ...] = ()
    fallback_language: str | None = "en"
    has_canary: bool = True
    scheduled_for: datetime | None = None
    """When its author wants it to go out; what counts is what is confirmed."""
    escalation: dict[str, Any] | None = None
    """As `escalation.Escalation` writes it."""
    asks: dict[str, Any] | None = None
    """A question with choices, as `asking.Asked` reads it."""
    sender_scope: str | None = None
    """Which of the pools that may speak is to; None for the quickest. A plan writes down which it is."""


def usual_draft(staff: Staff, audience: dict[str, Any]) -> Draft:
    """What somebody's new announcement begins with. Nothing is kept of it."""
    return Draft(school_id=usual_school(staff, audience), opening=None, send_to=SendTo.ALL, audience=audience)


def with_speaker(staff: Staff, before: Draft, draft: Draft) -> Draft:
    """`draft` from the school that speaks to its audience, where nobody ever chose another one than speaks by itself."""
    if draft.audience == before.audience or draft.school_id != before.school_id:
        return draft
    if before.school_id != usual_school(staff, before.audience):
        return draft
    return replace(draft, school_id=usual_school(staff, draft.audience))


def draft_of(announcement: Announcement) -> Draft:
    """What a page shows to be changed."""
    return Draft(
        title=announcement.title, school_id=announcement.school_id, category=announcement.category, send_to=announcement.send_to,
        opening=announcement.opening, channels=tuple(announcement.channels), audience=dict(announcement.audience),
        fallback_language=announcement.fallback_language,
        has_canary=announcement.has_canary, scheduled_for=announcement.scheduled_for, escalation=announcement.escalation,
        asks=announcement.asks,
        emergency_reason=announcement.emergency_reason, emergency_words=announcement.emergency_words,
        replies_to=announcement.replies_to, replies_to_id=announcement.replies_to_id,
        texts=tuple(
            DraftText(text.channel, text.language, text.body, text.subject, text.origin) for text in announcement.texts
        ),
    )  # fmt: skip


def check_may_draft(staff: Staff) -> None:
    """Raises MayNotDraft."""
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft


def columns_of(staff: Staff, draft: Draft, before: Announcement | None = None) -> dict[str, Any]:
    """The columns of a draft, checked. Only those who work for all schools speak for the district."""
    if draft.school_id not in {school.id for school in schools_of(staff)} and not (
        draft.school_id is None and role_allows(staff.role, Permission.MANAGE_NUMBERS)
    ):
        raise NotVisible
    is_emergency = draft.category == Category.EMERGENCY
    if is_emergency and not role_allows(staff.role, Permission.SEND_EMERGENCY):
        raise EmergencyNotAllowed
    if draft.replies_to == RepliesTo.PERSON and (before is None or before.replies_to_id != draft.replies_to_id):
        may_answer(staff, draft.replies_to_id)
    for name in draft.channels:
        channels.adapter(name)
    try:
        chosen, asked = audiences.read(draft.audience), asking.of(draft.asks)
    except (ValueError, TypeError) as error:
        raise NotVisible from error
    if chosen.list_id is not None:
        list_visible_to(staff, chosen.list_id)
    if chosen.again_of is not None and (before is None or audiences.read(before.audience).again_of != chosen.again_of):
        announcement_visible_to(staff, chosen.again_of)
    return {
        "sender_scope": draft.sender_scope,
        "title": draft.title.strip()[:LONGEST_TITLE], "school_id": draft.school_id, "category": Category(draft.category).value,
        "send_to": SendTo(draft.send_to).value, "channels": list(dict.fromkeys(draft.channels)), "audience": chosen.document(),
        "emergency_reason": EmergencyReason(draft.emergency_reason).value if is_emergency and draft.emergency_reason else None,
        "emergency_words": " ".join(draft.emergency_words.split())[:LONGEST_TITLE] if is_emergency else "",
        "replies_to": RepliesTo(draft.replies_to).value,
        "replies_to_id": draft.replies_to_id if draft.replies_to == RepliesTo.PERSON else None,
        "opening": None if draft.opening is None else " ".join(draft.opening.split())[:LONGEST_OPENING],
        "fallback_language": draft.fallback_language, "has_canary": draft.has_canary, "scheduled_for": draft.scheduled_for,
        "escalation": goes_on.document() if (goes_on := _goes_on(draft)) else None,
        "asks": before.asks if before is not None and before.survey_of_id else asked and asked.document(),
    }  # fmt: skip


def _goes_on(draft: Draft) -> escalations.Escalation | None:
    found = escalations.read(draft.escalation)
    return found.without(draft.channels) if found is not None else None


def write_texts(announcement: Announcement, texts: tuple[DraftText, ...], *, instead: Collection[str] = ()) -> None:
    """Keep words that are not there yet, `instead` of those of some channels. Belongs into a transaction."""
    if instead:
        gone = AnnouncementText.announcement_id == announcement.id, AnnouncementText.channel.in_(instead)
        db.session.execute(delete(AnnouncementText).where(*gone))
    asked, original = asking.of(announcement.asks), announcement.fallback_language
    rows: list[dict[str, Any]] = [
        {
            "announcement_id": announcement.id, "channel": text.channel, "language": text.language[:12],
            "subject": text.subject.strip()[:LONGEST_SUBJECT], "body": text.body.replace("\r\n", "\n").strip("\n")[:LONGEST_BODY],
            "origin": TextOrigin(text.origin).value, "media": [], "links": [],
            "head": opening_of(announcement).head(text.channel, text.body),
            "tail": tail_of(asked, text.channel, text.language, original),
        }
        for text in {(text.channel, text.language): text for text in texts}.values()
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(AnnouncementText), rows)
