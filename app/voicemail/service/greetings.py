"""What callers hear before the beep, in each language: words that a voice reads, or a sound that was recorded or uploaded."""

import io
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.calls.greetings import Greeting as Heard
from app.conversations.service.attachments import file_store
from app.core import sounds, uploads
from app.core.clock import now
from app.core.content_types import WAV, FileType
from app.core.database import db, release_connection, transaction
from app.core.errors import NotVisible
from app.core.files import MEGABYTE
from app.core.presentation import gettext as _
from app.core.sounds import Sound
from app.delivery.media_links import media_urls
from app.delivery.voice.voices import VOICES
from app.directory.models import School
from app.directory.queries.reach import school_visible_to
from app.voicemail.errors import EmptyGreeting, GreetingTooLong, NoSuchLanguage
from app.voicemail.models import Greeting
from app.voicemail.queries_greetings import best_greeting

LONGEST_WORDS = 600
LARGEST = 10 * MEGABYTE
LONGEST = 60.0
SHORTEST = 0.5


def heard_by(school_id: int, staff_id: int | None, language: str) -> Heard:
    """What the menu plays to a caller; registered with the room of calls."""
    found = best_greeting(school_id, staff_id, language)
    if found is None:
        return Heard(language=language)
    url = media_urls([{"key": found.file_key, "content_type": found.content_type}])[0] if found.file_key else ""
    return Heard(found.words, found.language, url)


def put_words(staff: Staff, school_id: int | None, language: str, words: str) -> Greeting:
    """Have a voice read these words, in one's own box or (with `school_id`) the school's. Raises NotVisible, or says what is wrong."""
    words = " ".join(words.split())
    if not words:
        raise EmptyGreeting
    if len(words) > LONGEST_WORDS:
        raise GreetingTooLong
    row, old = _put(staff, school_id, language, words=words, file_key=None, content_type="", seconds=None)
    _throw_away(old)
    return row


def put_sound(
    staff: Staff, school_id: int | None, language: str, stream: BinaryIO, *, filename: str | None, claimed_mime: str | None
) -> Greeting:
    """Have callers hear a sound, judged by what it is and made fit for phone lines. Raises NotVisible, UploadRefused, FileTooLarge."""
    _school(staff, school_id)
    _check_language(language)
    release_connection()
    taken = uploads.take(file_store(), stream, filename=filename, claimed_mime=claimed_mime, limit=LARGEST, accepted=sounds.SOUNDS)
    key = taken.stored.key
    try:
        key, kind, sound = _made_plain(key, taken.type, taken.name)
        row, old = _put(staff, school_id, language, words="", file_key=key, content_type=kind.mime, seconds=sound.seconds)
    except BaseException:
        file_store().delete(key)
        raise
    _throw_away(old)
    return row


def drop_greeting(staff: Staff, school_id: int | None, language: str) -> None:
    """Let callers hear the next best one instead. Raises NotVisible."""
    with transaction():
        school = _school(staff, school_id)
        row = _find(staff, school, language)
        old = row.file_key if row is not None else None
        if row is not None:
            audit("greeting.dropped", row, {"language": language, "school": school.name if school else ""}, by=staff)
            db.session.delete(row)
    _throw_away(old)


def _put(staff: Staff, school_id: int | None, language: str, **fields: Any) -> tuple[Greeting, str | None]:
    """Write it, and name the file that it had before."""
    try:
        return _written(staff, school_id, language, fields)
    except IntegrityError:  # somebody wrote the first one at the same moment: this one replaces it
        return _written(staff, school_id, language, fields)


def _written(staff: Staff, school_id: int | None, language: str, fields: dict[str, Any]) -> tuple[Greeting, str | None]:
    with transaction():
        row, old = _place(staff, school_id, language)
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = now()
    return row, old


def _place(staff: Staff, school_id: int | None, language: str) -> tuple[Greeting, str | None]:
    """The row to write into, and the file that it named before."""
    school = _school(staff, school_id)
    _check_language(language)
    row = _find(staff, school, language)
    if row is None:
        whose = {"school_id": school.id} if school is not None else {"staff_id": staff.id}
        row = Greeting(district_id=staff.district_id, language=language, **whose)
        db.session.add(row)
        db.session.flush()
    audit("greeting.changed", row, {"language": language, "school": school.name if school else ""}, by=staff)
    return row, row.file_key


def _find(staff: Staff, school: School | None, language: str) -> Greeting | None:
    wanted = select(Greeting).where(Greeting.language == language).with_for_update()
    if school is not None:
        return db.session.scalar(wanted.where(Greeting.school_id == school.id, Greeting.staff_id.is_(None)))
    return db.session.scalar(wanted.where(Greeting.staff_id == staff.id))


def _school(staff: Staff, school_id: int | None) -> School | None:
    if school_id is None:
        return None
    if not role_allows(staff.role, Permission.TRIAGE):
        raise NotVisible
    return school_visible_to(staff, school_id)


def _check_language(language: str) -> None:
    if language not in VOICES:
        raise NoSuchLanguage


def _throw_away(key: str | None) -> None:
    if key is not None:
        file_store().delete(key)


def _made_plain(key: str, kind: FileType, name: str) -> tuple[str, FileType, Sound]:
    """The stored sound as carriers play it; another file in its place where it must be converted."""
    with file_store().open(key) as file:
        sound = sounds.measure(file, kind)
        if sound is not None and sound.is_plain:
            return key, kind, _checked(sound, name)
        file.seek(0)
        data = sounds.converted(file.read(), kind, most_seconds=LONGEST + 1)
    sound = _checked(sounds.measure(io.BytesIO(data), WAV), name)
    stored = file_store().save(iter([data]), extension=WAV.extensions[0])
    file_store().delete(key)
    return stored.key, WAV, sound


def _checked(sound: Sound | None, name: str) -> Sound:
    if sound is None or sound.seconds < SHORTEST:
        advice = _("There is no sound in %(name)s. Record it again, or choose another one.", name=name)
        raise uploads.UploadRefused(advice, why=uploads.Why.EMPTY, name=name)
    if sound.seconds > LONGEST:
        raise uploads.UploadRefused(_("A greeting lasts at most a minute. Make it shorter."), why=uploads.Why.KIND, name=name)
    return sound
