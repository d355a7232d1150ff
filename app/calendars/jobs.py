"""What happens to connected calendars by itself."""

from app.calendars import service
from app.core.jobs import job


@job()
def tidy() -> None:
    """Once an hour."""
    service.tidy()
