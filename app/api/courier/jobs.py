"""What this face does by itself."""

from app.api.courier.service import consents, forgetting, uploads
from app.core.jobs import job


@job()
def sweep_uploads() -> None:
    """Delete files that were brought for something that never left."""
    uploads.remove_unsent()


@job()
def forget_notifications() -> None:
    """Delete lines of the bell menu that nobody reads any more."""
    forgetting.forget_notifications()


@job()
def end_old_callbacks() -> None:
    """Nobody is called back about texts of long ago."""
    forgetting.end_callbacks()


@job()
def end_old_questions() -> None:
    """Questions for consent that nobody answered in a week are open no more."""
    consents.end_old()
