"""A correction, or what is sent on after one, beside what was said: which texts say the old words, and to whom these would go."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import force_locale, gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.accounts.languages import OFFERED
from app.announcements import asking, planner
from app.announcements.escalation_due import with_its_steps
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementText, Channel, FileKind, Outcome
from app.announcements.planner import Plan
from app.announcements.put_right import PutRight, put_right
from app.announcements.queries.files import files_of
from app.announcements.recipients_again import EXACT
from app.core.database import db

CHANNELS = [str(channel) for channel in Channel]
"""As everywhere: texts first."""


@dataclass(frozen=True, slots=True)
class Version:
    """What is said over one channel in one language, then and now."""

    channel: str
    language: str
    old: str
    """Empty where the first said nothing in this language."""
    new: str
    is_old: bool
    """Nothing of it was changed: who gets it reads the mistake again."""

    @property
    def key(self) -> str:
        """As pages and forms name it."""
        return f"{self.channel}-{self.language}"


def headed(words: str, language: str) -> str:
    """A title or a subject that says that it corrects; one that does already stays as it is."""
    if language.partition("-")[0] not in OFFERED:
        return words
    with force_locale(language):
        found = gettext("Correction: %(title)s", title=words)
    start = found.removesuffix(words)
    return words if not words or words.startswith(start.rstrip()) else found


def versions(announcement: Announcement) -> list[Version]:
    """Every text of a correction, or of what is sent on after one, beside what the first said. Empty where nothing was corrected."""
    since = put_right(announcement)
    mistaken = since.mistaken if since is not None else tuple(filter(None, (announcement.correction_of_id,)))
    if not mistaken:
        return []
    said = [text for first_id in mistaken for text in _said_before(first_id)]
    first = db.session.get(Announcement, mistaken[0])
    papers = _papers(announcement.id)
    same_papers = any(papers == _papers(first_id) for first_id in mistaken)
    found = []
    for text in sorted(announcement.texts, key=lambda one: (CHANNELS.index(one.channel), one.language != announcement.fallback_language)):
        if text.channel not in announcement.channels:
            continue
        like = [one for one in said if one.language == text.language]
        old = next((one for one in like if one.channel == text.channel), like[0] if like else None)
        asks_the_same = first is None or _question(first, text.language) == _question(announcement, text.language)
        is_old = asks_the_same and any(_is_same(one, text, same_papers=same_papers) for one in like) and not _stays(since, text)
        found.append(Version(text.channel, text.language, _words(old) if old is not None else "", _words(text), is_old))
    return found


def _stays(since: PutRight | None, text: AnnouncementText) -> bool:
    """Whether the correction said the very same to somebody: its author found that right. What had no readers nobody was asked about."""
    if since is None or since.by is None or since.by.plan is None:
        return False
    papers = _papers(since.by.id) == _papers(text.announcement_id)
    read = _read(planner.read(since.by.plan))
    said = [one for one in since.by.texts if one.language == text.language and read.get((one.channel, one.language))]
    return any(_is_same(one, text, same_papers=papers) for one in said)


def still_old(found: Collection[Version], plan: Plan) -> list[tuple[Version, int]]:
    """Those that somebody would get although they say the old words, with how many people."""
    people = _read(plan)
    return [(one, number) for one in found if one.is_old and (number := people.get((one.channel, one.language), 0))]


def says_old_words(announcement: Announcement) -> bool:
    """Whether somebody would get old words of what was accepted."""
    return announcement.plan is not None and bool(still_old(versions(announcement), planner.read(announcement.plan)))


def was_overtaken(announcement: Announcement) -> bool:
    """Whether it was accepted before the correction was, of which it says the old words: who accepted it could not know."""
    since = put_right(announcement)
    if since is None or since.by is None or since.by.accepted_at is None:
        return False
    before = announcement
    if announcement.escalation_of_id is not None:  # nobody accepted a step but with the whole
        before = db.session.get_one(Announcement, announcement.escalation_of_id)
    is_before = before.accepted_at is None or before.accepted_at <= since.by.accepted_at
    return is_before and says_old_words(announcement)


def ways_left_out(correction: Announcement) -> list[str]:
    """The channels over which the first, or its steps, went and this one does not. Empty for what does not go to exactly the same."""
    if correction.correction_of_id is None or correction.audience.get("again") not in EXACT:
        return []
    gone = select(AnnouncementCount.channel).where(
        AnnouncementCount.announcement_id.in_(with_its_steps(correction.correction_of_id)),
        AnnouncementCount.outcome == Outcome.TOTAL,
        AnnouncementCount.n > 0,
    )
    went = set(db.session.scalars(gone))
    return [name for name in CHANNELS if name in went and name not in correction.channels]


def _read(plan: Plan) -> dict[tuple[str, str], int]:
    """By channel and language: how many people get that text."""
    return {(name, one.language): one.people for name, channel in plan.channels.items() for one in channel.languages}


def _said_before(announcement_id: int) -> list[AnnouncementText]:
    """Also by its steps over other channels; its own first."""
    rows = db.session.scalars(
        select(Announcement)
        .where(or_(Announcement.id == announcement_id, Announcement.escalation_of_id == announcement_id))
        .options(selectinload(Announcement.texts))
        .order_by(Announcement.id)
    )
    return [text for row in rows for text in row.texts if text.channel in row.channels]


def _is_same(old: AnnouncementText, new: AnnouncementText, *, same_papers: bool) -> bool:
    """A recorded sound is what a call says. Words that were taken over from another channel are the same words."""
    if new.channel == Channel.VOICE and (new.media or (old.channel == new.channel and old.media)):
        return old.channel == new.channel and _sounds(old) == _sounds(new)
    if new.channel == old.channel == Channel.EMAIL and new.subject not in {old.subject, headed(old.subject, old.language)}:
        return False
    return new.body.split() == old.body.split() and (same_papers or new.channel == Channel.VOICE)


def _words(text: AnnouncementText) -> str:
    return "\n\n".join(filter(None, (text.subject if text.channel == Channel.EMAIL else "", text.body)))


def _sounds(text: AnnouncementText) -> list[object]:
    return [one.get("key") for one in text.media or ()]


def _papers(announcement_id: int) -> set[str]:
    return {file.file_key for file in files_of(announcement_id) if file.kind == FileKind.FILE}


def _question(announcement: Announcement, language: str) -> tuple[str, tuple[str, ...]]:
    asked = asking.of(announcement.asks)
    wording = asked.wording(language, announcement.fallback_language) if asked is not None else asking.Wording()
    return wording.question, wording.choices
