"""Surveys: what families answer to the question of an announcement, by text, by a key on a call and on a page."""

from flask import Flask

from app.announcements import recipients_again
from app.conversations.service import answering
from app.core.jobs import alongside
from app.surveys import audit_words, live_map, opening, texts  # noqa: F401  (registered by being imported)
from app.surveys.queries import answered
from app.surveys.telling import begin


def init_app(_app: Flask) -> None:
    """Have texts asked whether they are answers, and browsers told."""
    answering.register(texts.take)
    recipients_again.register(answered)
    alongside(begin)
