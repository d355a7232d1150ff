"""Periodic work of this room."""

from app.core.jobs import job
from app.webhooks.service.forgetting import forget_addresses, forget_old


@job()
def forget_old_events() -> None:
    """Delete what is older than the log is kept, and addresses that nobody may call any more."""
    forget_old()
    forget_addresses()
