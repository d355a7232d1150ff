"""Files of messages as templates print them, with links that open for a while."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app

from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.files import human_size
from app.core.presentation import gettext as _

OPEN_FOR = timedelta(hours=12)
PURPOSE = "attachment"
GLYPHS = {"application/pdf": "file-type-pdf", "text/csv": "file-type-csv", "text/plain": "file-text"}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file. `is_picture` ones are shown; the others are cards with a name."""

    id: int
    name: str
    meta: str
    glyph: str
    href: str
    is_picture: bool
    source: str
    width: int
    height: int
    problem: str
    uuid: str = ""
    """Of a file that is not sent yet: it can be taken away."""


def link(attachment_id: int, staff_id: int, *, thumbnail: bool = False) -> str:
    """An address that shows the file to this person until tomorrow; steady, so that browsers keep what they fetched."""
    settings: Settings = current_app.extensions["settings"]
    subject = f"{attachment_id}/{staff_id}/{'small' if thumbnail else 'full'}"
    return f"/files/{signed_links.sign(settings.secret_key, PURPOSE, subject, signed_links.steady_expiry(now(), OPEN_FOR))}"


def shown(attachments: list[dict[str, Any]], staff_id: int) -> list[ShownFile]:
    """The files of one message, in the order they were added."""
    return [_shown(each, staff_id) for each in sorted(attachments, key=lambda each: int(each["id"]))]


def _shown(each: dict[str, Any], staff_id: int) -> ShownFile:
    kind: str = each["content_type"]
    has_file = bool(each["has_file"])
    is_picture = kind.startswith("image/") and has_file and bool(each["width"])
    words = {"image": _("Picture"), "video": _("Video"), "audio": _("Recording"), "application/pdf": "PDF"}
    name = words.get(kind) or words.get(kind.split("/", 1)[0]) or _("File")
    problem = each["problem"] or ("" if has_file else _("On its way from the carrier"))
    href = link(each["id"], staff_id) if has_file else ""
    small = is_picture and bool(each["has_thumbnail"])
    return ShownFile(
        id=each["id"],
        name=each["name"],
        meta=problem or f"{name}, {human_size(each['size'])}",
        glyph=GLYPHS.get(kind) or {"video": "video", "audio": "volume", "image": "photo"}.get(kind.split("/", 1)[0], "file"),
        href=href,
        is_picture=is_picture,
        source=link(each["id"], staff_id, thumbnail=True) if small else href,
        width=each["width"] or 0,
        height=each["height"] or 0,
        problem=each["problem"] or "",
        uuid=str(UUID(str(each["uuid"]))) if each.get("uuid") else "",  # each database writes it in its own way
    )
