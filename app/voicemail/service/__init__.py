"""What can be done with voicemails. Only here are their rows changed."""

from app.voicemail.service.greetings import drop_greeting, put_sound, put_words
from app.voicemail.service.matching import name_caller
from app.voicemail.service.receiving import receive
from app.voicemail.service.triage import assign, finish, give_to_office, mark_heard, mark_new, note, reopen, text_back

__all__ = [
    "assign",
    "drop_greeting",
    "finish",
    "give_to_office",
    "mark_heard",
    "mark_new",
    "name_caller",
    "note",
    "put_sound",
    "put_words",
    "receive",
    "reopen",
    "text_back",
]
