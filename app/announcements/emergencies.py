"""Why an announcement passes the night, in words: for pages, and as the audit log keeps it."""

from app.announcements.models import Announcement, Category, EmergencyReason
from app.core.presentation import gettext as _


def emergency_reason_name(reason: str) -> str:
    """Why nobody may wait for the morning."""
    return {
        EmergencyReason.CLOSING: _("School closed or late today"),
        EmergencyReason.WEATHER: _("Severe weather"),
        EmergencyReason.LOCKDOWN: _("Lockdown or lockout"),
        EmergencyReason.EVACUATION: _("Evacuation or fire"),
        EmergencyReason.UTILITIES: _("No power, water or heating"),
        EmergencyReason.TRANSPORT: _("Buses or roads"),
        EmergencyReason.HEALTH: _("Health warning"),
        EmergencyReason.OTHER: _("Something else"),
    }[EmergencyReason(reason)]


def emergency_words(announcement: Announcement) -> str:
    """The reason of an emergency, with what its author added; nothing for what is none."""
    if announcement.category != Category.EMERGENCY or not announcement.emergency_reason:
        return ""
    words = announcement.emergency_words
    if announcement.emergency_reason == EmergencyReason.OTHER and words:
        return words
    reason = emergency_reason_name(announcement.emergency_reason)
    return f"{reason}: {words}" if words else reason
