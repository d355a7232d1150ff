"""What this face does by itself."""

from app.api.courier.service import uploads
from app.core.jobs import job


@job()
def sweep_uploads() -> None:
    """Delete files that were brought for something that never left."""
    uploads.remove_unsent()
