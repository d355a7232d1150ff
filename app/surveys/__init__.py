"""Surveys: what families answer to the question of an announcement, by text, by a key on a call and on a page."""

from flask import Flask

from app.announcements import recipients_again
from app.announcements.queries import asked
from app.announcements.recipients_again import OWNER
from app.announcements.service.testing import OWNER as TESTS
from app.conversations.service import answering
from app.core.jobs import alongside
from app.delivery.voice import menus
from app.surveys import audit_words, keys, live_map, opening, texts  # noqa: F401  (registered by being imported)
from app.surveys.opening import closes_at
from app.surveys.page import pages
from app.surveys.queries import answered, who_answered, who_answered_each
from app.surveys.telling import teller
from app.surveys.views import results


def init_app(app: Flask) -> None:
    """Have texts and keys asked whether they are answers, reminders leave out who answered, and browsers told."""
    answering.register(texts.take)
    recipients_again.register(answered, who_answered, who_answered_each)
    asked.register(closes_at)
    menus.register(OWNER, keys.take)
    menus.register(TESTS, keys.try_out)
    alongside(teller.begin)
    app.register_blueprint(results)
    app.register_blueprint(pages)
