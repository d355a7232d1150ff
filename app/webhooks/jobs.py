"""Periodic work of this room."""

from app.core.jobs import job
from app.webhooks.service.forgetting import forget_old


@job()
def forget_old_events() -> None:
    """Delete what is older than the log is kept."""
    forget_old()
