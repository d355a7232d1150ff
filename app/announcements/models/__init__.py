"""Announcements: what was written, to whom it goes, and how far it is."""

from app.announcements.models.announcements import (
    RETURNED,
    Announcement,
    AnnouncementText,
    Category,
    Channel,
    EmergencyReason,
    RepliesTo,
    SendTo,
    TextOrigin,
)
from app.announcements.models.files import AnnouncementFile, FileKind
from app.announcements.models.letters import AnnouncementLetter, AnnouncementLetters, LettersFor, LettersState
from app.announcements.models.lists import AnnouncementList, AnnouncementListRow
from app.announcements.models.own_phones import OwnPhone
from app.announcements.models.recipients import (
    AnnouncementCount,
    AnnouncementReach,
    AnnouncementRecipient,
    Outcome,
    SkipReason,
)
from app.announcements.models.states import CALLED_OFF, STOPPED, AnnouncementState

__all__ = [
    "CALLED_OFF",
    "RETURNED",
    "STOPPED",
    "Announcement",
    "AnnouncementCount",
    "AnnouncementFile",
    "AnnouncementLetter",
    "AnnouncementLetters",
    "AnnouncementList",
    "AnnouncementListRow",
    "AnnouncementReach",
    "AnnouncementRecipient",
    "AnnouncementState",
    "AnnouncementText",
    "Category",
    "Channel",
    "EmergencyReason",
    "FileKind",
    "LettersFor",
    "LettersState",
    "Outcome",
    "OwnPhone",
    "RepliesTo",
    "SendTo",
    "SkipReason",
    "TextOrigin",
]
