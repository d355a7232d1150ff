"""The identifiers that other systems know rows by, a page at a time."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.database import db


def uuids_of(kind: Any, numbers: Iterable[int | None]) -> dict[int, UUID]:
    """Of each of these rows of a table, in one query; rows that were seen already, so nothing is asked about sight."""
    wanted = {number for number in numbers if number is not None}
    rows = db.session.execute(select(kind.id, kind.uuid).where(kind.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}
