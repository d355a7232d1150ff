"""Files of an announcement as pages show them."""

from dataclasses import dataclass
from decimal import Decimal

from app.announcements.channels import adapter
from app.announcements.models import Announcement, AnnouncementFile, AnnouncementText, Channel, FileKind
from app.announcements.planner import Plan
from app.announcements.queries.files import files_of
from app.announcements.service.files import PICTURES_OF_TEXTS
from app.announcements.service.sounds import as_clock
from app.core.database import db
from app.core.files import human_size
from app.core.presentation import gettext as _
from app.directory.models import District


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file. `advice` says how it travels."""

    id: int
    name: str
    meta: str
    advice: str
    href: str
    picture: str
    width: int
    height: int
    in_texts: bool
    may_be_in_texts: bool
    is_paper: bool
    language: str | None
    content_type: str

    @property
    def key(self) -> str:
        """Of a sound, in names of fields."""
        return self.language or "all"


def shown(announcement: Announcement | None) -> list[ShownFile]:
    """In the order in which they were added."""
    if announcement is None:
        return []
    return [_shown(file, announcement.channels) for file in files_of(announcement.id)]


def _shown(file: AnnouncementFile, channels: list[str]) -> ShownFile:
    is_picture, has_small = file.content_type.startswith("image/"), file.thumbnail_key is not None
    kind = _("Picture") if is_picture else _("Sound") if file.kind == FileKind.SOUND else "PDF"
    length = as_clock(file.seconds) if file.seconds is not None else human_size(file.size)
    return ShownFile(
        id=file.id,
        name=file.name,
        meta=f"{kind}, {length}",
        advice=_advice(file, channels),
        href=f"/f/{file.code}",
        picture=f"/f/{file.code}/small" if is_picture and has_small else "",
        width=file.width or 0,
        height=file.height or 0,
        in_texts=file.in_texts,
        may_be_in_texts=file.content_type in PICTURES_OF_TEXTS and Channel.SMS in channels,
        is_paper=file.kind == FileKind.FILE,
        language=file.language,
        content_type=file.content_type,
    )


def _advice(file: AnnouncementFile, channels: list[str]) -> str:
    if file.kind == FileKind.SOUND:
        return ""
    parts = []
    if Channel.EMAIL in channels:
        parts.append(_("Goes along with emails."))
    if Channel.SMS in channels and file.in_texts:
        parts.append(_("Texts carry the picture."))
    elif Channel.SMS in channels and file.content_type not in PICTURES_OF_TEXTS:
        parts.append(_("Phones do not show it in a text, so texts carry a link."))
    elif Channel.SMS in channels:
        parts.append(_("Texts carry a link, so they stay short."))
    return " ".join(parts) or _("No channel is chosen that carries it.")


def price_of_pictures(announcement: Announcement, plan: Plan) -> Decimal | None:
    """How many cents more all texts cost with pictures instead of links; None where they do already, or nobody gets texts."""
    found = plan.channels.get(Channel.SMS)
    texts = [text for text in announcement.texts if text.channel == Channel.SMS]
    if found is None or not found.addresses or any(text.media for text in texts):
        return None
    settings = db.session.get_one(District, announcement.district_id).settings
    each = adapter(Channel.SMS).weigh(AnnouncementText(channel=Channel.SMS, body="", media=[{}]), settings).cents
    return each * found.addresses - Decimal(str(found.cents))
