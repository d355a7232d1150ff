"""Each side reads its own language: previews for writers, translations of what families wrote, and both kept side by side."""

from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations import queries
from app.conversations.events import MessageChanged
from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service import access, inbox_row
from app.conversations.service.composing import names_in, tidy
from app.conversations.service.recipients import recipients_of
from app.conversations.translation import choice
from app.conversations.translation.facts import lost_facts
from app.conversations.translation.provider import NotTranslatable, TranslationFailed, TranslatorAway
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.language import detect
from app.core.search_text import indexable
from app.directory.models import District

log = structlog.get_logger()
ASKED_WITHIN = timedelta(hours=1)
"""So long a translator that is away is asked again for what a family wrote."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What readers of one language will get. Without `text` they get the writer's own words, and `problem` says why."""

    language: str
    text: str | None = None
    provider: str | None = None
    problem: str | None = None
    facts: list[str] = field(default_factory=list)
    """What the translation lost or changed; it is not sent like this."""


def translate_for(staff: Staff, conversation_id: int, body: str) -> list[Preview]:
    """A preview for each language that the conversation's guardians read and the writer did not write. Changes nothing.

    Raises NotVisible. A translator that fails is said in the preview: one's own words can always be sent.
    """
    conversation = queries.conversation_visible_to(staff, conversation_id)
    languages = list(dict.fromkeys(recipient.language for recipient in recipients_of(conversation)))
    names, words = names_in(conversation), tidy(body)
    return [_preview(words, staff.language, language, names) for language in languages if language != staff.language and words]


def expect(message: Message, conversation: Conversation) -> bool:
    """Note in which language a guardian wrote, and whether that wants a translation. Within the adding transaction."""
    home = db.session.get_one(District, conversation.district_id).language
    message.language = detect(message.body, hint=conversation.language) or (
        conversation.language if message.body and not message.body.isascii() else None
    )
    message.awaits_translation = choice.is_available() and message.language is not None and message.language != home
    return message.awaits_translation


def translate_inbound(message_id: int) -> None:
    """Translate what a guardian wrote for its staff. Safe to run twice; the slow call happens outside of transactions."""
    message = db.session.get(Message, message_id, populate_existing=True)
    if message is None or not message.awaits_translation or message.language is None:
        return
    home = db.session.get_one(District, message.district_id).language
    body, source, since = message.body, message.language, message.created_at
    try:
        done = choice.translate(body, source, home)
    except TranslatorAway:
        if now() - since > ASKED_WITHIN:
            _settle(message_id, None, None, home, [])
    except TranslationFailed as refusal:
        log.info("translation.refused", message=message_id, code=refusal.code)
        _settle(message_id, None, None, home, [])
    else:
        _settle(message_id, done.text, done.provider, home, lost_facts(body, done.text, source=source, target=home))


def translate_waiting(limit: int = 50) -> int:
    """Ask for what no nudge reached, oldest first; returns how many there were."""
    waiting = select(Message.id).where(Message.awaits_translation.is_(True)).order_by(Message.id).limit(limit)
    numbers = list(db.session.scalars(waiting))
    for number in numbers:
        try:
            translate_inbound(number)
        except Exception:
            log.exception("translation.failed", message=number)
    return len(numbers)


def ask_translation(staff: Staff, message_id: int) -> Message:
    """Translate one inbound message now because somebody wants to read it. Raises NotVisible, TranslationFailed."""
    message = queries.message_visible_to(staff, message_id)
    if message.kind != MessageKind.INBOUND or not message.body:
        raise NotTranslatable(_("Only what a family wrote can be translated."))
    home = db.session.get_one(District, message.district_id).language
    source = message.language or detect(message.body)
    if source is None or source == home:
        raise NotTranslatable(_("This seems to be written in your language already."))
    body = message.body
    done = choice.translate(body, source, home)
    _settle(message_id, done.text, done.provider, home, lost_facts(body, done.text, source=source, target=home))
    return db.session.get_one(Message, message_id, populate_existing=True)


def correct_translation(staff: Staff, message_id: int, text: str) -> None:
    """A person knows better what a family wrote: their words replace the machine's. Raises NotVisible, NotAllowed."""
    with transaction():
        message, conversation = access.writable_message(staff, message_id)
        if message.kind != MessageKind.INBOUND:
            raise NotTranslatable(_("Only what a family wrote can be translated."))
        home = db.session.get_one(District, conversation.district_id).language
        _write(message, tidy(text) or None, "staff", home, [])


def _preview(body: str, source: str, target: str, names: list[str]) -> Preview:
    try:
        done = choice.translate(body, source, target)
    except TranslationFailed as refusal:
        return Preview(target, problem=refusal.advice)
    facts = lost_facts(body, done.text, source=source, target=target, names=names)
    if facts:
        shown = ", ".join(facts[:5])
        advice = _("The translation lost or changed: %(facts)s. Correct it, or send your own words.", facts=shown)
        return Preview(target, done.text, done.provider, advice, facts)
    return Preview(target, done.text, done.provider)


def _settle(message_id: int, text: str | None, provider: str | None, language: str, lost: list[str]) -> None:
    with transaction():
        conversation_id = db.session.scalar(select(Message.conversation_id).where(Message.id == message_id))
        if conversation_id is None:
            return
        inbox_row.hold(conversation_id)
        message = db.session.get_one(Message, message_id, populate_existing=True)
        message.awaits_translation = False
        if text is None:  # it says "not translated" from now on
            open_events().append(MessageChanged(message.district_id, conversation_id, message_id))
        if text is not None and message.translated_by != "staff":
            _write(message, text, provider, language, lost)


def _write(message: Message, text: str | None, provider: str | None, language: str, lost: list[str]) -> None:
    message.translation, message.translated_by = text, provider if text else None
    message.translation_language = language if text else None
    message.search_text = indexable(f"{message.body}\n{text or ''}")
    message.details = {**message.details, "lost_facts": lost} if lost else message.details
    db.session.flush()
    open_events().append(MessageChanged(message.district_id, message.conversation_id, message.id))
