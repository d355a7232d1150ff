"""Whose answer one is: of a family or of a person, in the same words in Python and in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal

from app.announcements.asking import Per
from app.announcements.models import AnnouncementRecipient


def unit_of(recipient: AnnouncementRecipient, per: str) -> str:
    """The key under which a recipient's answer is kept."""
    if per == Per.FAMILY and recipient.family_id is not None:
        return f"f{recipient.family_id}"
    if recipient.guardian_id is not None:
        return f"g{recipient.guardian_id}"
    return f"s{recipient.staff_id}" if recipient.staff_id is not None else f"l{recipient.list_row_id or recipient.id}"


def unit_column(recipient: Any, per: str) -> ColumnElement[str]:
    """The same as a column; `recipient` is `AnnouncementRecipient` or an alias of it."""

    def key(letter: str, number: Any) -> ColumnElement[str]:
        return literal(letter, literal_execute=True).concat(cast(number, String))

    branches = [
        (recipient.guardian_id.is_not(None), key("g", recipient.guardian_id)),
        (recipient.staff_id.is_not(None), key("s", recipient.staff_id)),
    ]
    if per == Per.FAMILY:
        branches.insert(0, (recipient.family_id.is_not(None), key("f", recipient.family_id)))
    return case(*branches, else_=key("l", func.coalesce(recipient.list_row_id, recipient.id)))
