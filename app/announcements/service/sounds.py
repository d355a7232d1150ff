"""Sounds that calls play: chosen or recorded, one for a language or one for all. Kept in a form that carriers take."""

import io
from typing import BinaryIO

from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementFile, FileKind
from app.announcements.service.files import added, new_code, own_draft
from app.conversations.service.attachments import file_store
from app.core import sounds, uploads
from app.core.content_types import WAV, FileType
from app.core.database import release_connection
from app.core.files import MEGABYTE
from app.core.presentation import gettext as _
from app.core.sounds import Sound

LARGEST_SOUND = 20 * MEGABYTE
LONGEST_SOUND = 180.0
"""Seconds. Voicemail boxes end about there, and people hang up before."""
SHORTEST_SOUND = 0.5


def put_sound(
    staff: Staff,
    announcement_id: int,
    stream: BinaryIO,
    *,
    filename: str | None,
    claimed_mime: str | None = None,
    language: str | None,
    version: int,
) -> Announcement:
    """Have calls in a language (in every one for None) play a sound, in the place of the one before. Raises as `attach`."""
    announcement = own_draft(staff, announcement_id)
    district_id = announcement.district_id
    release_connection()
    store = file_store()
    taken = uploads.take(store, stream, filename=filename, claimed_mime=claimed_mime, limit=LARGEST_SOUND, accepted=sounds.SOUNDS)
    key, kind, name, size = taken.stored.key, taken.type, taken.name, taken.stored.size
    try:
        key, kind, size, sound = _made_plain(key, kind, size, name)
    except uploads.UploadRefused:
        store.delete(key)
        raise
    row = AnnouncementFile(
        district_id=district_id, announcement_id=announcement_id, kind=FileKind.SOUND, language=language,
        name=uploads.honest_name(name, kind), content_type=kind.mime, size=size, file_key=key, seconds=sound.seconds, code=new_code(),
    )  # fmt: skip
    return added(staff, row, version)


def _made_plain(key: str, kind: FileType, size: int, name: str) -> tuple[str, FileType, int, Sound]:
    """The stored sound as carriers play it, and how long it is; another one in its place where it must be converted."""
    store = file_store()
    with store.open(key) as file:
        sound = sounds.measure(file, kind)
        if sound is not None and sound.is_plain:
            return key, kind, size, _checked(sound, name)
        if sound is not None:
            _checked(sound, name)
        file.seek(0)
        data = sounds.converted(file.read(), kind, most_seconds=LONGEST_SOUND + 1)
    sound = _checked(sounds.measure(io.BytesIO(data), WAV), name)
    stored = store.save(iter([data]), extension=WAV.extensions[0])
    store.delete(key)
    return stored.key, WAV, stored.size, sound


def _checked(sound: Sound | None, name: str) -> Sound:
    if sound is None or sound.seconds < SHORTEST_SOUND:
        advice = _("There is no sound in %(name)s. Record it again, or choose another one.", name=name)
        raise uploads.UploadRefused(advice, why=uploads.Why.EMPTY, name=name)
    if sound.seconds > LONGEST_SOUND:
        raise _too_long(sound.seconds)
    return sound


def _too_long(seconds: float) -> uploads.UploadRefused:
    words = _(
        "This sound lasts %(length)s, and calls play at most %(most)s. Make it shorter.",
        length=as_clock(seconds), most=as_clock(LONGEST_SOUND),
    )  # fmt: skip
    return uploads.UploadRefused(words, why=uploads.Why.KIND)


def as_clock(seconds: float) -> str:
    """``1:05``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
