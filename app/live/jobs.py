"""House-keeping of the log of pushes."""

from app.core.jobs import job
from app.live import service


@job()
def forget_old_pushes() -> None:
    """Drop what no browser may ask for any more."""
    service.forget_old()
