"""A fax as the contract writes it."""

from typing import Any

from app.api.identifiers import id24
from app.api.ringplan.writing import iso, shown_number
from app.fax.models import Direction, FaxStatus


def fax_message(row: Any, company_id: str) -> dict[str, Any]:
    """Of a row of `queries.faxes`. Its file has the id of the fax: each has one document."""
    came = row.direction == Direction.IN
    theirs, ours = shown_number(row.address), shown_number(row.our_number or "")
    their_name, own_name = row.name or row.station or None, row.own_name or None
    return {
        "id": id24(row.uuid),
        "company": company_id,
        "created_at": iso(row.created_at),
        "file": {"id": id24(row.uuid), "internal_id": row.id} if (row.source_key if came else row.document_key) else None,
        "from": theirs if came else ours,
        "from_name": their_name if came else own_name,
        "is_read": row.read_at is not None or not came,
        "pages": row.pages,
        "subject": row.subject or None,
        "to": ours if came else theirs,
        "to_name": own_name if came else their_name,
        "status": _status(row),
        "send_at": iso(row.send_at),
        "emails": list(row.emails or ()),
        "is_hidden": row.hidden_at is not None,
    }


def _status(row: Any) -> str:
    """One whose pages are still being made is what it will be in a moment."""
    if row.status == FaxStatus.DRAFT:
        return FaxStatus.QUEUED if row.send_at is None else FaxStatus.SCHEDULED
    return str(row.status)
