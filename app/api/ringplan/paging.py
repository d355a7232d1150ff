"""Pages of lists: counted from 1, with headers that say how many there are."""

from collections.abc import Sequence
from typing import Any

from app.api.answers import Answer


def paged(items: Sequence[Any], total: int, *, page: int, size: int) -> Answer:
    """A page of a list, with the headers of the contract."""
    headers = {
        "X-Pagination-Total-Count": str(total),
        "X-Pagination-Page-Count": str(-(-total // size)),
        "X-Pagination-Current-Page": str(page),
        "X-Pagination-Per-Page": str(size),
    }
    return Answer(body=list(items), headers=headers)
