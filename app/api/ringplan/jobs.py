"""What this face does now and then."""

from app.api.ringplan.service.uploads import forget_old
from app.core.jobs import job


@job()
def forget_uploads() -> None:
    """Uploads that nobody needs any more."""
    while forget_old() > 0:
        pass
