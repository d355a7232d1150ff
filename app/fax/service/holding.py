"""What a legal hold keeps stays as it is, whoever would change, empty or throw it away."""

from app.fax.errors import UnderHold
from app.fax.models import Fax, FaxStatus
from app.fax.queries_retention import retention_of

NEVER_LEFT = frozenset({FaxStatus.DRAFT, FaxStatus.SCHEDULED, FaxStatus.QUEUED})


def refuse_held(fax: Fax) -> None:
    """For whoever is about to change its words, pages or files. Belongs into the transaction that holds its row. Raises UnderHold.

    A hold on the whole district leaves alone what waits in the house: it could neither be written nor be taken back any more.
    """
    if fax.held_at is not None or (fax.status not in NEVER_LEFT and retention_of(fax.district_id).is_held):
        raise UnderHold
