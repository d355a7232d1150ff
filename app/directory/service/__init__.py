"""What can be done with people, their numbers and their wishes."""

from app.directory.service.consent import record_consent
from app.directory.service.contact_health import note_landline, set_health

__all__ = ["note_landline", "record_consent", "set_health"]
