"""How far an announcement is."""

from enum import StrEnum


class AnnouncementState(StrEnum):
    """In the order of its life. Every step is a compare and set on the row.

    Three steps go back: PAUSED to SENDING; FINISHED to SENDING, where something is tried once more; and, while nobody was written to,
    to DRAFT with `returned_because`.
    """

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHEDULED = "scheduled"
    """Accepted; prepared as soon as `scheduled_for` has come."""
    PREPARING = "preparing"
    """Its recipients are being written down."""
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    """Everything was handed over; news of arrivals may still come, or that something is to be tried once more."""
    HALTED = "halted"
    CANCELLED = "cancelled"


STOPPED = (AnnouncementState.PAUSED, AnnouncementState.HALTED)
"""Nothing of it may leave, whatever waits in the outbox."""


CALLED_OFF = (AnnouncementState.HALTED, AnnouncementState.CANCELLED)
"""For good: whom it was not handed over for by then never gets it."""
