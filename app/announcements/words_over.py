"""The same words over another channel, for whom the first did not reach."""

from app.announcements import asking
from app.announcements.asking_words import tail_of
from app.announcements.models import Announcement, AnnouncementText, Channel
from app.announcements.speakers import opening_of


def words_for(announcement: Announcement, channel: str) -> list[AnnouncementText]:
    """What is said over a channel: what was written for it, else what was written for another, without its files."""
    by_channel: dict[str, list[AnnouncementText]] = {}
    for one in announcement.texts:
        if one.body.strip() or one.media:
            by_channel.setdefault(one.channel, []).append(one)
    own = by_channel.get(channel)
    model = own or next((by_channel[name] for name in (*announcement.channels, *Channel) if name in by_channel), [])
    asked, original = asking.of(announcement.asks), announcement.fallback_language
    return [
        AnnouncementText(
            channel=channel, language=one.language, subject=one.subject if own else announcement.title, body=one.body,
            head=opening_of(announcement).head(channel, one.body), tail=tail_of(asked, channel, one.language, original), origin=one.origin,
            media=list(one.media) if own else [],
        )
        for one in model
    ]  # fmt: skip
