"""What a plugin says in a channel."""

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.api.courier.models import Plugin
from app.api.refusals import Refused, Why
from app.conversations.models import Conversation, SavedReply
from app.conversations.queries import saved_reply_is_usable_by
from app.conversations.service.merge_values import ReaderValues
from app.core.database import db
from app.core.merge_fields import render
from app.directory.models import Guardian


def expand(staff: Staff, plugin: Plugin, conversation: Conversation) -> str:
    """Its words, in the family's language where they are there, with the fields of the one guardian filled in. Raises Refused.

    In a channel of several each reader has values of their own, so the fields stay, and sending fills them.
    """
    if not plugin.is_enabled:
        raise Refused(Why.STATE, "This plugin is switched off. Enable it first.", code="disabled")
    words = _words(staff, plugin, conversation)
    guardian = db.session.get(Guardian, conversation.guardian_id) if conversation.guardian_id else None
    if guardian is None:
        return words
    language = conversation.language or guardian.language
    values = ReaderValues(conversation, [guardian.id], staff).of(guardian, [language])[language]
    return render(words, values).text


def _words(staff: Staff, plugin: Plugin, conversation: Conversation) -> str:
    if plugin.kind == "saved-reply":
        shortcut = str(plugin.args.get("shortcut", "")).removeprefix("/").lower()
        reply = select(SavedReply.body).where(saved_reply_is_usable_by(staff), func.lower(SavedReply.shortcut) == shortcut)
        body = db.session.scalar(reply.order_by(SavedReply.id).limit(1))
        if body is None:
            raise Refused(Why.STATE, "The saved reply of this plugin is gone. Change its shortcut.", code="reply_missing")
        return body
    by_locale = {locale.partition("_")[0]: text for locale, text in (plugin.args.get("text-js") or {}).items()}
    return str(by_locale.get(conversation.language or "") or plugin.args.get("text") or next(iter(by_locale.values()), ""))
