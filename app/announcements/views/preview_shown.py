"""How it looks to one named reader over one channel: the words with what was filled in, the files, and what a call says around them."""

from dataclasses import dataclass, field
from email.utils import parseaddr

from flask import current_app

from app.accounts.models import Staff
from app.announcements.channels import adapter
from app.announcements.models import Announcement, AnnouncementText, Channel
from app.announcements.queries.readers import Named
from app.announcements.queries.repliers import replier_of
from app.announcements.speakers import number_for
from app.announcements.tokens import Reader
from app.announcements.views.files_shown import ShownFile
from app.announcements.views.words import speaker_of
from app.announcements.voice_channel import menu_of
from app.config import Settings
from app.core.database import db
from app.core.merge_fields import Piece, pieces
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.delivery.voice.asked import Said, after_message
from app.delivery.voice.voices import Line, is_spoken, say, spoken_number
from app.directory.models import PhoneNumber


@dataclass(frozen=True, slots=True)
class Sender:
    """As whom a phone or a mailbox shows who wrote: a number, and what it is called here; or a name, and its address."""

    shown: str
    below: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What one of them gets."""

    id: int
    channel: str
    language: str
    subject: list[Piece]
    body: list[Piece]
    sender: Sender
    files: list[ShownFile] = field(default_factory=list)
    before: str = ""
    """What the house says first on a call."""
    after: list[Said] = field(default_factory=list)
    """What a person hears then: the question and its keys, and the keys of every call."""
    on_machine: str = ""
    """What stands at the end on a voicemail instead."""
    sound: ShownFile | None = None
    is_spoken: bool = True
    reply_to: str | None = None

    @property
    def key(self) -> str:
        """The text that it shows, as fields are named."""
        return f"{self.channel}-{self.language}"

    @property
    def has_fallback(self) -> bool:
        """Whether some field had no value, and its fallback stands there."""
        return any(one.kind == "fallback" for one in (*self.subject, *self.body))

    @property
    def has_missing(self) -> bool:
        """Whether some field has neither."""
        return any(one.kind == "missing" for one in (*self.subject, *self.body))


def preview(announcement: Announcement, author: Staff, channel: str, reader: Named, files: list[ShownFile]) -> Preview | None:
    """What `reader` gets over `channel`; None where there is no text for them."""
    text = next((one for one in announcement.texts if one.channel == channel and one.language == reader.language), None)
    if text is None:
        return None
    values = Reader(announcement, author).values([reader])[reader.id]
    subject = pieces(text.subject or announcement.title, values)
    body = pieces(text.sent, values)
    if channel == Channel.VOICE:
        return _call(announcement, text, reader, body, files)
    papers = [one for one in files if one.is_paper and (channel == Channel.EMAIL or one.in_texts)]
    replier = replier_of(announcement) if channel == Channel.EMAIL else None
    return Preview(
        reader.id, channel, reader.language, subject if channel == Channel.EMAIL else [], body,
        sender(announcement, channel, reader), papers, reply_to=replier.email if replier is not None else None,
    )  # fmt: skip


def sender(announcement: Announcement, channel: str, reader: Named) -> Sender:
    """Who it comes from, for one reader: several numbers share the families among them."""
    if channel == Channel.EMAIL:
        settings: Settings = current_app.extensions["settings"]
        return Sender(speaker_of(announcement.school_id, announcement.district_id), parseaddr(settings.mail_from)[1], is_number=False)
    number = _number(announcement, channel, reader)
    if number is None:
        return Sender(_("No number yet"), "", is_number=True)
    return Sender(for_people(number.address), number.label or "", is_number=True)


def _number(announcement: Announcement, channel: str, reader: Named) -> PhoneNumber | None:
    pool = adapter(channel).pool(announcement)
    chosen = number_for(pool, reader.address) if pool is not None else None
    return db.session.get(PhoneNumber, chosen) if chosen is not None else None


def _call(announcement: Announcement, text: AnnouncementText, reader: Named, body: list[Piece], files: list[ShownFile]) -> Preview:
    number = _number(announcement, Channel.VOICE, reader)
    phone = spoken_number(number.address) if number is not None else "…"
    sounds = [one for one in files if not one.is_paper]
    own = next((one for one in sounds if one.language == text.language), None)
    return Preview(
        reader.id, Channel.VOICE, reader.language, [], body, sender(announcement, Channel.VOICE, reader),
        before=say(Line.HELLO, text.language, speaker=speaker_of(announcement.school_id, announcement.district_id)),
        after=after_message(menu_of(announcement, text.language), text.language, phone=phone),
        on_machine=say(Line.CALL_BACK, text.language, phone=phone),
        sound=own or next((one for one in sounds if one.language is None), None),
        is_spoken=is_spoken(text.language),
    )  # fmt: skip
