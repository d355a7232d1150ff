"""Drafts: saved with the version that was read, so that two tabs never overwrite each other unseen."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements import asking, channels
from app.announcements import audience as audiences
from app.announcements import escalation as escalations
from app.announcements.asking_words import tail_of
from app.announcements.errors import Changed, EmergencyNotAllowed, MayNotDraft, NotADraft
from app.announcements.events import AnnouncementChanged
from app.announcements.models import (
    Announcement,
    AnnouncementState,
    AnnouncementText,
    Category,
    Channel,
    EmergencyReason,
    RepliesTo,
    SendTo,
    TextOrigin,
)
from app.announcements.queries import announcement_visible_to, list_visible_to
from app.announcements.queries_repliers import may_answer
from app.announcements.service import files
from app.core.clock import now
from app.core.database import db, transaction
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


def usual_draft(staff: Staff, audience: dict[str, Any]) -> Draft:
    """What somebody's new announcement begins with. Nothing is kept of it."""
    return Draft(school_id=_usual_school(staff), send_to=SendTo.ALL, audience=audience)


def create(staff: Staff, draft: Draft | None = None, *, page: str | None = None) -> Announcement:
    """Begin an announcement. A `page` (the key of an opened one) that did so before saves the one it began.

    Raises MayNotDraft, NotVisible (a school, or an audience, out of reach), ChannelAway; and as `save`.
    """
    _may_draft(staff)
    draft = draft or Draft(school_id=_usual_school(staff))
    if begun := _written_by(staff, page):
        return save(staff, begun.id, draft, version=begun.version, page=page)
    try:
        with transaction() as events:
            announcement = Announcement(district_id=staff.district_id, author_id=staff.id, saved_by_page=page, **_values(staff, draft))
            db.session.add(announcement)
            db.session.flush()
            write_texts(announcement, draft.texts)
            events.append(AnnouncementChanged(announcement.district_id, announcement.id, announcement.state, announcement.version))
    except IntegrityError:  # the same page at the same moment, whose first try was slow
        if (begun := _written_by(staff, page)) is None:
            raise
        return save(staff, begun.id, draft, version=begun.version, page=page)
    return announcement_visible_to(staff, announcement.id)


def _written_by(staff: Staff, page: str | None) -> Announcement | None:
    """One's own announcement that this page wrote last."""
    if page is None:
        return None
    return db.session.scalar(
        select(Announcement)
        .where(Announcement.saved_by_page == page, Announcement.author_id == staff.id)
        .execution_options(populate_existing=True)
    )


def save(staff: Staff, announcement_id: int, draft: Draft, *, version: int, page: str | None = None) -> Announcement:
    """Write what the author wants now; a plan that was shown does not count any more.

    An older `version` will do for the `page` that wrote the newest one, and did not hear of it. Otherwise raises Changed; NotADraft,
    EmergencyNotAllowed, and as `create`.
    """
    _may_draft(staff)
    with transaction() as events:
        announcement = authored_by(staff, announcement_id)
        if (other := _written_by(staff, page)) is not None and other.id != announcement_id:
            page = None  # a page is of one announcement only
        is_newest: ColumnElement[bool] = Announcement.version == version
        if page is not None:
            is_newest = or_(is_newest, Announcement.saved_by_page == page)
        changed = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, is_newest, Announcement.state == AnnouncementState.DRAFT)
            .values(
                **_values(staff, draft, announcement), version=Announcement.version + 1, updated_at=now(), plan=None,
                plan_fingerprint=None, planned_at=None, saved_by_page=page,
            )
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if changed is None:
            raise NotADraft if announcement.state != AnnouncementState.DRAFT else Changed
        db.session.execute(delete(AnnouncementText).where(AnnouncementText.announcement_id == announcement_id))
        db.session.refresh(announcement)
        write_texts(announcement, draft.texts)
        files.spread(announcement_id)
        events.append(AnnouncementChanged(staff.district_id, announcement_id, AnnouncementState.DRAFT, changed))
    return announcement_visible_to(staff, announcement_id)


def duplicate(staff: Staff, announcement_id: int) -> Announcement:
    """A draft of one's own with the words and the audience of another. What is out of one's own reach finds nobody."""
    _may_draft(staff)
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        copy = copy_of(source, staff)
        copy.duplicate_of_id = source.id
        audit("announcement.duplicated", copy, {"title": copy.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def keep_as_template(staff: Staff, announcement_id: int) -> Announcement:
    """A copy that is never sent, and that everybody who works for its school may begin with. Raises NotVisible, MayNotDraft."""
    _may_draft(staff)
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        chosen = {name: value for name, value in source.audience.items() if not name.startswith("again") and name != "list_id"}
        copy = copy_of(source, staff, audience=chosen)
        copy.is_template = True
        audit("announcement.template_kept", copy, {"title": copy.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def discard(staff: Staff, announcement_id: int) -> None:
    """Delete a draft. Raises NotADraft, NotVisible."""
    with transaction() as events:
        announcement = authored_by(staff, announcement_id)
        for link in (Announcement.duplicate_of_id, Announcement.follow_up_of_id, Announcement.survey_of_id, Announcement.correction_of_id):
            db.session.execute(update(Announcement).where(link == announcement_id).values({link: None}))
        gone = db.session.scalar(
            delete(Announcement)
            .where(Announcement.id == announcement.id, Announcement.state == AnnouncementState.DRAFT)
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        )
        if gone is None:
            raise NotADraft
        db.session.expunge(announcement)
        audit("announcement.discarded", details={"title": announcement.title}, by=staff)
        events.append(AnnouncementChanged(staff.district_id, announcement_id, "discarded", announcement.version))


def draft_of(announcement: Announcement) -> Draft:
    """What a page shows to be changed."""
    return Draft(
        title=announcement.title, school_id=announcement.school_id, category=announcement.category, send_to=announcement.send_to,
        channels=tuple(announcement.channels), audience=dict(announcement.audience), fallback_language=announcement.fallback_language,
        has_canary=announcement.has_canary, scheduled_for=announcement.scheduled_for, escalation=announcement.escalation,
        asks=announcement.asks,
        emergency_reason=announcement.emergency_reason, emergency_words=announcement.emergency_words,
        replies_to=announcement.replies_to, replies_to_id=announcement.replies_to_id,
        texts=tuple(
            DraftText(text.channel, text.language, text.body, text.subject, text.origin) for text in announcement.texts
        ),
    )  # fmt: skip


def copy_of(source: Announcement, author: Staff, *, audience: dict[str, Any] | None = None) -> Announcement:
    """A draft with the words of `source`, not yet linked to it. Belongs into a transaction."""
    schools = {school.id for school in schools_of(author)}
    may_keep = source.school_id in schools or (source.school_id is None and role_allows(author.role, Permission.MANAGE_NUMBERS))
    chosen = dict(source.audience) if audience is None else audience
    for name in ("again_by", "again_after"):  # the time of a step is over
        chosen.pop(name, None)
    if source.author_id != author.id:
        chosen.pop("list_id", None)
    copy = Announcement(
        district_id=source.district_id, school_id=source.school_id if may_keep else _usual_school(author), author_id=author.id,
        title=source.title, category=source.category, send_to=source.send_to, channels=list(source.channels), audience=chosen,
        fallback_language=source.fallback_language, has_canary=source.has_canary, escalation=source.escalation,
        asks=_asked_anew(source.asks),
        emergency_reason=source.emergency_reason,
        emergency_words=source.emergency_words,
    )  # fmt: skip
    if source.author_id == author.id:  # a colleague's answers are not the copier's to give away
        copy.replies_to, copy.replies_to_id = source.replies_to, source.replies_to_id
    db.session.add(copy)
    db.session.flush()
    write_texts(copy, draft_of(source).texts)
    files.copy_files(source.id, copy)
    return copy


def authored_by(staff: Staff, announcement_id: int) -> Announcement:
    """A visible announcement of one's own: only its author changes it, because it reaches whom the author reaches. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.author_id != staff.id:
        raise NotVisible
    return announcement


def _may_draft(staff: Staff) -> None:
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft


def _usual_school(staff: Staff) -> int | None:
    if role_allows(staff.role, Permission.MANAGE_NUMBERS):
        return None
    schools = schools_of(staff)
    return schools[0].id if schools else None


def _values(staff: Staff, draft: Draft, before: Announcement | None = None) -> dict[str, Any]:
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
        "title": draft.title.strip()[:LONGEST_TITLE], "school_id": draft.school_id, "category": Category(draft.category).value,
        "send_to": SendTo(draft.send_to).value, "channels": list(dict.fromkeys(draft.channels)), "audience": chosen.document(),
        "emergency_reason": EmergencyReason(draft.emergency_reason).value if is_emergency and draft.emergency_reason else None,
        "emergency_words": " ".join(draft.emergency_words.split())[:LONGEST_TITLE] if is_emergency else "",
        "replies_to": RepliesTo(draft.replies_to).value,
        "replies_to_id": draft.replies_to_id if draft.replies_to == RepliesTo.PERSON else None,
        "fallback_language": draft.fallback_language, "has_canary": draft.has_canary, "scheduled_for": draft.scheduled_for,
        "escalation": goes_on.document() if (goes_on := _goes_on(draft)) else None,
        "asks": before.asks if before is not None and before.survey_of_id else asked and asked.document(),
    }  # fmt: skip


def _goes_on(draft: Draft) -> escalations.Escalation | None:
    found = escalations.read(draft.escalation)
    return found.without(draft.channels) if found is not None else None


def _asked_anew(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """The question of another announcement; a moment at which that one closed says nothing about this one."""
    return None if document is None else {**document, "closes_at": None}


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
            "tail": tail_of(asked, text.channel, text.language, original),
        }
        for text in {(text.channel, text.language): text for text in texts}.values()
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(AnnouncementText), rows)
