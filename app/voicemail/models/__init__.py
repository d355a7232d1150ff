"""What callers left, and what they hear before the beep."""

from app.voicemail.models.greetings import Greeting
from app.voicemail.models.voicemails import FRESH_ROWS, Voicemail

__all__ = ["FRESH_ROWS", "Greeting", "Voicemail"]
