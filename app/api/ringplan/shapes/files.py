"""A file as the contract writes it."""

import base64
from typing import Any

from app.api.identifiers import id24
from app.api.ringplan.writing import iso

SMALL_TYPE = "image/webp"


def file(row: Any, *, company_id: str, user_id: str | None, small: bytes | None = None) -> dict[str, Any]:
    """Of an upload or of a message's file. Lists name the small picture, the answer to an upload carries it."""
    preview = {
        "base64": base64.b64encode(small).decode() if small else None,
        "filename": f"{row.name.rpartition('.')[0] or row.name}_preview.webp",
        "mimetype": SMALL_TYPE,
    }
    return {
        "id": id24(row.uuid),
        "company_id": company_id,
        "description": getattr(row, "description", None),
        "mimetype": row.content_type,
        "name": row.name,
        "preview": preview if row.thumbnail_key else None,
        "size": row.size,
        "uploaded_at": iso(row.created_at),
        "uploaded_name": getattr(row, "uploaded_name", row.name),
        "user_id": user_id,
    }
