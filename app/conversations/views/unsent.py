"""Files that stand beside what somebody is writing, as the composer shows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from app.conversations.models import Attachment
from app.conversations.views.attached import ShownFile
from app.conversations.views.attached import shown as files_shown
from app.core import images
from app.core.database import db
from app.core.files import human_size
from app.core.presentation import gettext as _


def ids_of(which: ColumnElement[bool]) -> list[int]:
    """The files of a message that is about to be taken back."""
    return list(db.session.scalars(select(Attachment.id).where(which).order_by(Attachment.id)))


def shown_again(chosen: Sequence[int], staff_id: int) -> list[ShownFile]:
    """Those of these files that this person did not send yet."""
    return files_shown([_facts(row) for row in _rows(chosen, staff_id)], staff_id)


def unsent(chosen: Sequence[int], staff_id: int) -> list[dict[str, Any]]:
    """The same for a script, which draws them; see js/conversations/files.js."""
    rows = {row.id: row for row in _rows(chosen, staff_id)}
    return [
        {
            "id": each.id,
            "uuid": each.uuid,
            "name": each.name,
            "meta": each.meta,
            "source": each.source,
            "is_picture": each.is_picture,
            "advice": _advice(rows[each.id].size),
        }
        for each in shown_again(chosen, staff_id)
    ]


def _rows(chosen: Sequence[int], staff_id: int) -> Sequence[Attachment]:
    if not chosen:
        return []
    own = (Attachment.staff_id == staff_id, Attachment.message_id.is_(None), Attachment.scheduled_message_id.is_(None))
    return db.session.scalars(select(Attachment).where(Attachment.id.in_(chosen), *own)).all()


def _advice(size: int) -> str:
    """What the writer should know before sending; it is no refusal. Pictures were made small enough already."""
    if size <= images.ADVISED_BYTES:
        return ""
    return str(_("Some phones will not get a file of %(size)s. Up to 600 KB arrives nearly everywhere.", size=human_size(size)))


def _facts(row: Attachment) -> dict[str, Any]:
    """A file in the shape in which the thread's query brings it."""
    return {
        "id": row.id,
        "uuid": row.uuid,
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "has_file": row.file_key is not None,
        "has_thumbnail": row.thumbnail_key is not None,
        "width": row.width,
        "height": row.height,
        "problem": row.problem,
    }
