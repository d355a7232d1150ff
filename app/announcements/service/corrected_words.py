"""What is sent on from an announcement says what its correction said."""

from sqlalchemy import delete

from app.announcements.corrections import headed
from app.announcements.models import Announcement, AnnouncementFile, AnnouncementText, Channel, FileKind
from app.announcements.put_right import put_right
from app.announcements.queries.asked import survey_of
from app.announcements.service.copies import asked_anew
from app.announcements.service.draft_contents import DraftText, draft_of, write_texts
from app.announcements.service.files import copy_files, spread
from app.core.database import db


def say_it_right(copy: Announcement, source: Announcement) -> None:
    """Give a draft from `source` the words of the newest correction, under the title of the first: its readers never saw the mistake.

    What the correction said nothing for stays as it was, and is not sent before somebody says that it is right. Belongs into a
    transaction.
    """
    since = put_right(copy)
    if since is None or since.by is None:
        return
    right = since.by
    copy.fallback_language = right.fallback_language
    _ask_it_right(copy, source, right)
    words = {(text.channel, text.language): text for text in draft_of(source).texts}
    for channel in {one for one, _language in words} | set(copy.channels):
        own = [text for text in right.texts if text.channel == channel and channel in right.channels]
        for text in own or _over_another(right):
            mine = words.get((channel, text.language))
            if mine is not None and (not own or text.subject == headed(mine.subject, text.language)):
                subject = mine.subject
            else:
                subject = text.subject if own else source.title
            words[channel, text.language] = DraftText(channel, text.language, text.body, subject, text.origin)
    write_texts(copy, tuple(words.values()), instead=list(Channel))
    if right.title != headed(source.title, copy.fallback_language or "en"):
        copy.title = right.title
    _take_its_files(copy, right)


def _ask_it_right(copy: Announcement, source: Announcement, right: Announcement) -> None:
    """Answers belong to the question that was read: where the correction asks another one, to that."""
    wordings = [(one.asks or {}).get("wordings") for one in (source, right)]
    copy.asks = asked_anew(right.asks)
    if wordings[0] != wordings[1]:
        copy.survey_of_id = survey_of(right)


def _over_another(right: Announcement) -> list[AnnouncementText]:
    return next(
        (found for name in right.channels if (found := [one for one in right.texts if one.channel == name and one.body.strip()])), []
    )


def _take_its_files(copy: Announcement, right: Announcement) -> None:
    """Where the correction called nobody, its sounds are still those of the mistake."""
    mine = AnnouncementFile.announcement_id == copy.id
    db.session.execute(delete(AnnouncementFile).where(mine))
    copy_files(right.id, copy)
    if Channel.VOICE not in right.channels:
        db.session.execute(delete(AnnouncementFile).where(mine, AnnouncementFile.kind == FileKind.SOUND))
        spread(copy.id)
