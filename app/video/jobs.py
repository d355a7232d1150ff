"""What happens to video calls by itself."""

from app.core.jobs import job
from app.video import service


@job()
def end_what_is_over() -> None:
    """Time that is up, rooms that everybody left, places whose page went silent, and what Zoom still has to be told."""
    service.sweep()
    service.expire_due()
    service.end_at_zoom()


@job()
def remind() -> None:
    """Texts with links of calls that begin soon."""
    service.remind_due()
