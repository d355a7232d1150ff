"""What the guardian's page shows of a thread: only what was said to and by this guardian, in the guardian's language."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from app.conversations.models import Attachment, Message, MessageKind
from app.conversations.service.web_thread import Visit
from app.core.presentation import local_time
from app.directory.models import School


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `is_own` is the guardian's; `original` is what was written before it was translated."""

    id: int
    is_own: bool
    author: str
    text: str
    language: str | None
    original: str | None
    original_language: str | None
    by_machine: bool
    time: str
    files: list[Attachment]


def days_of(messages: list[Message], visit: Visit, language: str, school: School) -> list[tuple[str, list[Said]]]:
    """The messages under their days, in the school's zone and the guardian's manner."""
    locale = _locale(language)
    grouped = groupby(messages, key=lambda message: local_time(message.created_at, school.time_zone).date())
    return [(_day(day, locale), [_said(each, visit, language, school, locale) for each in group]) for day, group in grouped]


def _said(message: Message, visit: Visit, language: str, school: School, locale: Locale) -> Said:
    is_own = message.kind == MessageKind.INBOUND and message.participant_id == visit.participant.id
    translated = message.translation if message.translation and message.translation_language == language and not is_own else None
    return Said(
        message.id,
        is_own,
        message.author,
        translated or message.body,
        language if translated else message.language,
        message.body if translated else None,
        message.language if translated else None,
        bool(translated) and message.translated_by not in {None, "staff", "house"},
        _time(local_time(message.created_at, school.time_zone), locale),
        [file for file in message.attachments if file.file_key],
    )


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _day(day: date, locale: Locale) -> str:
    return format_date(day, "full", locale=locale)


def _time(moment: datetime, locale: Locale) -> str:
    return format_time(moment, "short", locale=locale).replace("\u202f", " ")
