"""Voicemails by the page: each with its sound, its words, and the extension of whose box it is in.

Two queries. What stands beside a row is looked for when it is known which rows the page has, so a page far down costs what the
first one does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from app.accounts.models import Staff
from app.calls.models import Recording, Transcript
from app.core.database import db
from app.pbx.models import PbxExtension
from app.pbx.queries import rings_for
from app.voicemail.models import Voicemail
from app.voicemail.queries import is_visible_to


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    since: datetime | None = None
    until: datetime | None = None
    source: int | None = None
    destination: int | None = None
    sort: Sequence[str] = ()


def rows_of(staff: Staff, wanted: Wanted, *, page: int, size: int) -> tuple[list[Any], int]:
    """One page, and how many there are in all."""
    on_box = rings_for(Voicemail.staff_id)
    wanted_ids = select(Voicemail.id).where(is_visible_to(staff), *_bounds(wanted))
    if wanted.destination is not None or any(name.removeprefix("-") == BOX for name in wanted.sort):
        wanted_ids = wanted_ids.outerjoin(PbxExtension, on_box)
    total = db.session.scalar(wanted_ids.with_only_columns(func.count(Voicemail.id), maintain_column_froms=True)) or 0
    chosen = wanted_ids.order_by(*_order(wanted.sort)).limit(size).offset((page - 1) * size).subquery()
    query = (
        select(
            Voicemail.uuid, Voicemail.received_at, Voicemail.name, Voicemail.caller, Voicemail.heard_at, Voicemail.done_at,
            Recording.id.label("recording_id"), Recording.uuid.label("recording_uuid"), Recording.seconds, Recording.size,
            Transcript.lines, Staff.email, PbxExtension.number.label("extension"), PbxExtension.uuid.label("extension_uuid"),
        )
        .join(chosen, chosen.c.id == Voicemail.id)
        .join(Recording, Recording.id == Voicemail.recording_id)
        .outerjoin(Transcript, Transcript.recording_id == Recording.id)
        .outerjoin(Staff, Staff.id == Voicemail.staff_id)
        .outerjoin(PbxExtension, on_box)
        .order_by(*_order(wanted.sort))
    )  # fmt: skip
    return list(db.session.execute(query)) if (page - 1) * size < total else [], total


def _bounds(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(Voicemail.received_at >= wanted.since)
    if wanted.until is not None:
        found.append(Voicemail.received_at < wanted.until)
    if wanted.source is not None:
        found.append(false())  # who leaves a voicemail here calls from outside, and has no extension
    if wanted.destination is not None:
        found.append(PbxExtension.number == wanted.destination)
    return found


BOX = "extension_destination"
_COLUMNS: Mapping[str, Callable[[], Any]] = {
    "time_received": lambda: Voicemail.received_at,
    BOX: lambda: PbxExtension.number,
}


def _order(sort: Sequence[str]) -> list[Any]:
    known = [(_COLUMNS[name.removeprefix("-")](), name.startswith("-")) for name in sort if name.removeprefix("-") in _COLUMNS]
    return [column.desc() if is_down else column.asc() for column, is_down in known] + [Voicemail.id.desc()]
