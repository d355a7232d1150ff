"""What people call a channel, and one text of it."""

from app.announcements.models import Channel
from app.core.presentation import gettext as _
from app.core.presentation import language_name


def channel_name(channel: str) -> str:
    """Text, voice call, email."""
    return {Channel.SMS: _("Text"), Channel.VOICE: _("Voice call"), Channel.EMAIL: _("Email")}.get(Channel(channel), channel)


def place_name(channel: str, language: str) -> str:
    """``voice call, Spanish``."""
    return f"{channel_name(channel).lower()}, {language_name(language)}"


def by_way(channel: str) -> str:
    """How something went out: by text, by voice call, by email."""
    return {Channel.SMS: _("by text"), Channel.VOICE: _("by voice call"), Channel.EMAIL: _("by email")}.get(Channel(channel), channel)
