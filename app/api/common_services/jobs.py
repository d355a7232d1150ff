"""Background work of this face. Rows carry the truth: each job may run twice, and at the same time as itself."""

from app.api.common_services.events import AnnouncementTakenIn, MessageTakenIn
from app.api.common_services.service import announcements, taking
from app.core.events import on
from app.core.jobs import job


@job(queue="messages")
def take_messages() -> None:
    """Make messages of what was asked for."""
    taking.take_due()


@job()
def take_announcements() -> None:
    """Fetch the pictures of announcements, and send them."""
    announcements.take_due()


@on(MessageTakenIn)
def nudge(_fact: MessageTakenIn) -> None:
    """Have it taken up at once."""
    take_messages.send()


@on(AnnouncementTakenIn)
def nudge_announcement(_fact: AnnouncementTakenIn) -> None:
    """The same."""
    take_announcements.send()
