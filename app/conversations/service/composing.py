"""Turns what somebody wrote into what each recipient gets, or says why it cannot be sent. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.errors import (
    FactsChanged,
    MessageTooLong,
    NothingToSend,
    TooManyFiles,
    UnfilledFields,
)
from app.conversations.models import Attachment, Conversation
from app.conversations.service.merge_values import ReaderValues
from app.conversations.service.outbox import Words
from app.conversations.service.recipients import Recipient
from app.conversations.translation.facts import lost_facts
from app.core.database import db
from app.core.errors import NotVisible
from app.core.merge_fields import Rendered, fields_in, render, unknown_fields
from app.core.sms import MOST_SEGMENTS, measure

MOST_FILES = 10
NO_VALUES: dict[str, str | None] = {}
MOST_BYTES = 5 * 1024 * 1024
LONGEST_MMS = 1600
LONGEST_BODY = 10_000
BY_STAFF = "staff"
"""`translated_by` of a translation that a person wrote or checked: the fact lock trusts people."""


@dataclass(frozen=True)
class Parcel:
    """What a writer wants to send, checked as far as it is the same for everybody."""

    body: str
    attachments: list[Attachment] = field(default_factory=list)
    as_mms: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)
    """Language code to text: who reads that language gets the text instead of the body."""
    translated_by: str | None = None
    as_written: bool = False
    """Whoever wrote it has filled in what differs from reader to reader: a ``$word$`` in it is a word."""

    @property
    def channel(self) -> str:
        """A text, or a picture message."""
        return "mms" if self.as_mms or self.attachments else "sms"

    @property
    def media(self) -> list[dict[str, Any]]:
        """The files as the outbox names them."""
        return [
            {"key": attachment.file_key, "content_type": attachment.content_type, "name": attachment.name}
            for attachment in self.attachments
        ]

    def filled(self, text: str, values: Mapping[str, str | None]) -> Rendered:
        """`text` for a reader whose merge fields have these values."""
        return Rendered(text, ()) if self.as_written else render(text, values)

    def translation_for(self, language: str) -> tuple[str, str] | None:
        """The language and text of the translation for a reader, if there is one."""
        for code in (language, language.split("-", maxsplit=1)[0]):
            if self.translations.get(code):
                return code, self.translations[code]
        return None


@dataclass(frozen=True, slots=True)
class Letter:
    """The words for one recipient, and how the thread shows them."""

    recipient: Recipient
    body: str
    words: Words
    translation: str | None = None
    translation_language: str | None = None


def tidy(text: str | None) -> str:
    """`text` with plain line ends and without what no phone shows."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def check_words(
    conversation: Conversation,
    body: str,
    *,
    attachments: list[Attachment],
    as_mms: bool = False,
    translation: str | None = None,
    translations: Mapping[str, str] | None = None,
    translated_by: str | None = None,
    source: str = "en",
    as_written: bool = False,
) -> Parcel:
    """What holds for all recipients alike. Raises NothingToSend, MessageTooLong, UnfilledFields, TooManyFiles, FactsChanged."""
    body = tidy(body)
    if not body and not attachments:
        raise NothingToSend
    if not as_written and (names := unknown_fields(body)):
        raise UnfilledFields(names)
    if len(attachments) > MOST_FILES:
        raise TooManyFiles(_("A picture message carries at most %(most)s files.", most=MOST_FILES))
    if sum(attachment.size for attachment in attachments) > MOST_BYTES:
        raise TooManyFiles(_("Together these files are over 5 MB. Send fewer, or as a link."))
    chosen = {code: tidy(text) for code, text in (translations or {}).items() if tidy(text)}
    if tidy(translation) and conversation.language:
        chosen.setdefault(conversation.language, tidy(translation))
    parcel = Parcel(body, attachments, as_mms, chosen, translated_by if chosen else None, as_written)
    for text in (body, *chosen.values()):
        check_length(text, parcel.channel)
    if translated_by != BY_STAFF:
        for code, text in chosen.items():
            if facts := lost_facts(body, text, source=source, target=code, names=names_in(conversation)):
                raise FactsChanged(facts)
    return parcel


def names_in(conversation: Conversation) -> list[str]:
    """The guardian's and the children's names as the row shows them; a translation keeps them."""
    return [] if conversation.guardian_id is None else [conversation.title, *conversation.subtitle.split(" · ", maxsplit=1)[0].split(", ")]


def check_length(text: str, channel: str) -> int:
    """The number of parts of a text. Raises MessageTooLong."""
    counted = measure(text)
    if channel == "mms":
        if len(text) > LONGEST_MMS:
            raise MessageTooLong(counted.segments, MOST_SEGMENTS)
        return 1
    if counted.segments > MOST_SEGMENTS:
        raise MessageTooLong(counted.segments, MOST_SEGMENTS)
    return max(counted.segments, 1)


def letters_for(conversation: Conversation, parcel: Parcel, recipients: Sequence[Recipient], writer: Staff) -> list[Letter]:
    """One letter for each recipient, merge fields filled. Raises UnfilledFields, MessageTooLong."""
    letters: list[Letter] = []
    missing: dict[str, None] = {}
    people: list[str] = []
    has_fields = not parcel.as_written and any(fields_in(text) for text in (parcel.body, *parcel.translations.values()))
    known = ReaderValues(conversation, [recipient.guardian.id for recipient in recipients], writer) if has_fields else None
    for recipient in recipients:
        translated = parcel.translation_for(recipient.language)
        languages = (writer.language, *translated[:1]) if translated else (writer.language,)
        values = known.of(recipient.guardian, languages) if known else dict.fromkeys(languages, NO_VALUES)
        body = parcel.filled(parcel.body, values[writer.language])
        translation = parcel.filled(translated[1], values[translated[0]]) if translated else None
        lacking = [*body.missing, *(translation.missing if translation else ())]
        if lacking:
            missing.update(dict.fromkeys(lacking))
            people.append(recipient.guardian.full_name)
            continue
        sent = translation.text if translation else body.text
        words = Words(sent, parcel.channel, check_length(sent, parcel.channel), parcel.media)
        letters.append(
            Letter(
                recipient,
                body.text,
                words,
                translation.text if translation else None,
                translated[0] if translated else None,
            )
        )
    if missing:
        raise UnfilledFields(list(missing), people)
    return letters


def unsent_attachments(conversation: Conversation, staff: Staff, attachment_ids: Sequence[int]) -> list[Attachment]:
    """The files that this person put beside the text and did not send yet, in the order given. Raises NotVisible."""
    if not attachment_ids:
        return []
    found = {
        attachment.id: attachment
        for attachment in db.session.scalars(
            select(Attachment).where(
                Attachment.id.in_(attachment_ids),
                Attachment.conversation_id == conversation.id,
                Attachment.staff_id == staff.id,
                Attachment.message_id.is_(None),
                Attachment.scheduled_message_id.is_(None),
                Attachment.file_key.is_not(None),
            )
        )
    }
    try:
        return [found[number] for number in dict.fromkeys(attachment_ids)]
    except KeyError as error:
        raise NotVisible from error
