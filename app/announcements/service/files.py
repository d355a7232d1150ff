"""Files of a draft: put there, taken away, carried by texts or linked. What each text then takes along is written to the texts."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import delete, exists, select, update

from app.accounts.models import Staff
from app.announcements.errors import Changed, NotADraft, TooManyFiles
from app.announcements.events import AnnouncementChanged
from app.announcements.models import (
    Announcement,
    AnnouncementFile,
    AnnouncementState,
    AnnouncementText,
    Channel,
    FileKind,
)
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.files import files_of
from app.config import Settings
from app.conversations.service.attachments import file_store, keep_file
from app.core.clock import now
from app.core.content_types import GIF, JPEG, PDF, PNG, WEBP
from app.core.database import db, release_connection, transaction
from app.core.errors import NotVisible
from app.core.files import MEGABYTE
from app.core.presentation import gettext as _

PAPERS = frozenset({JPEG, PNG, GIF, WEBP, PDF})
"""What can be put beside the words. Texts carry JPEG, PNG and GIF, which carriers fit to each phone; the others travel as links."""
PICTURES_OF_TEXTS = frozenset({JPEG.mime, PNG.mime, GIF.mime})
MOST_FILES = 10
MOST_BYTES_OF_A_TEXT = 5 * MEGABYTE
MOST_BYTES_IN_ALL = 20 * MEGABYTE
"""Larger emails are refused by many servers."""
KEPT_FOR = timedelta(hours=48)
"""A carrier may still fetch what a test sent, and another tab may still show it."""


def attach(
    staff: Staff, announcement_id: int, stream: BinaryIO, *, filename: str | None, claimed_mime: str | None = None, version: int
) -> Announcement:
    """Put a picture or a PDF beside the words. Raises UploadRefused, FileTooLarge, TooManyFiles, Changed, NotADraft, NotVisible."""
    announcement = own_draft(staff, announcement_id)
    there = [file for file in files_of(announcement_id) if file.kind == FileKind.FILE]
    if len(there) >= MOST_FILES:
        raise TooManyFiles(_("At most %(most)s files. Take one away first.", most=MOST_FILES))
    room = MOST_BYTES_IN_ALL - sum(file.size for file in there)
    district_id = announcement.district_id
    release_connection()
    kept = keep_file(stream, filename=filename, claimed_mime=claimed_mime, is_for_phones=True, accepted=PAPERS)
    row = AnnouncementFile(
        district_id=district_id, announcement_id=announcement_id, name=kept.name, content_type=kept.content_type, size=kept.size,
        file_key=kept.file_key, thumbnail_key=kept.thumbnail_key, width=kept.width, height=kept.height, code=new_code(),
    )  # fmt: skip
    if kept.size > room:
        throw_away([kept.file_key, kept.thumbnail_key])
        raise TooManyFiles(_("All files together may have at most 20 MB, so that emails arrive. Take one away, or send a smaller one."))
    return added(staff, row, version)


def detach(staff: Staff, announcement_id: int, file_id: int, *, version: int) -> Announcement:
    """Take a file away. Raises Changed, NotADraft, NotVisible."""
    with transaction():
        file = _file(staff, announcement_id, file_id)
        _touch(staff, announcement_id, version)
        file.announcement_id, file.created_at = None, now()
        db.session.flush()
        spread(announcement_id)
    return announcement_visible_to(staff, announcement_id)


def carry(staff: Staff, announcement_id: int, file_id: int, *, in_texts: bool, version: int) -> Announcement:
    """Have texts carry a picture itself, or only its link. Raises TooManyFiles, Changed, NotADraft, NotVisible."""
    with transaction():
        file = _file(staff, announcement_id, file_id)
        if in_texts and file.content_type not in PICTURES_OF_TEXTS:
            raise NotVisible
        carried = sum(one.size for one in files_of(announcement_id) if one.in_texts and one.id != file_id)
        if in_texts and carried + file.size > MOST_BYTES_OF_A_TEXT:
            raise TooManyFiles(_("A picture message carries at most 5 MB in all. Leave this one as a link."))
        _touch(staff, announcement_id, version)
        file.in_texts = in_texts
        db.session.flush()
        spread(announcement_id)
    return announcement_visible_to(staff, announcement_id)


def copy_files(source_id: int, copy: Announcement) -> None:
    """Give a copy of an announcement its files. What is stored is shared. Belongs into a transaction."""
    for file in files_of(source_id):
        db.session.add(
            AnnouncementFile(
                district_id=copy.district_id,
                announcement_id=copy.id,
                kind=file.kind,
                language=file.language,
                name=file.name,
                content_type=file.content_type,
                size=file.size,
                file_key=file.file_key,
                thumbnail_key=file.thumbnail_key,
                width=file.width,
                height=file.height,
                seconds=file.seconds,
                in_texts=file.in_texts,
                code=new_code(),
            )
        )
    db.session.flush()
    spread(copy.id)


def spread(announcement_id: int) -> None:
    """Write down what each text takes along. Belongs into the transaction that changed the texts or the files."""
    files = files_of(announcement_id)
    papers = [file for file in files if file.kind == FileKind.FILE]
    sounds_of = {file.language: file for file in files if file.kind == FileKind.SOUND}
    channels, original = db.session.execute(
        select(Announcement.channels, Announcement.fallback_language).where(Announcement.id == announcement_id)
    ).one()
    if sounds_of and Channel.VOICE in channels:
        _have_spoken(announcement_id, {language or original or "en" for language in sounds_of})
    texts = db.session.scalars(
        select(AnnouncementText).where(AnnouncementText.announcement_id == announcement_id).execution_options(populate_existing=True)
    )
    for text in list(texts):
        media: list[dict[str, Any]] = []
        links: list[str] = []
        if text.channel == Channel.VOICE:
            sound = sounds_of.get(text.language) or sounds_of.get(None)
            media = [_medium(sound) | {"seconds": sound.seconds}] if sound is not None else []
        elif text.channel == Channel.SMS:
            media = [_medium(file) for file in papers if file.in_texts]
            links = [link_of(file) for file in papers if not file.in_texts]
        else:
            media = [_medium(file) for file in papers]
        text.media, text.links = media, links
        if not (text.body.strip() or text.subject.strip() or (media and text.channel == Channel.VOICE)):
            db.session.delete(text)
    db.session.flush()


def _have_spoken(announcement_id: int, wanted: set[str]) -> None:
    """A sound needs no words: its language is spoken all the same."""
    mine = (AnnouncementText.announcement_id == announcement_id, AnnouncementText.channel == Channel.VOICE)
    there = set(db.session.scalars(select(AnnouncementText.language).where(*mine)))
    for language in sorted(wanted - there):
        db.session.add(AnnouncementText(announcement_id=announcement_id, channel=Channel.VOICE, language=language))
    db.session.flush()


def link_of(file: AnnouncementFile) -> str:
    """Where families open it."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url.rstrip('/')}/f/{file.code}"


def remove_forgotten(limit: int = 200) -> int:
    """Remove what was taken out of drafts two days ago, from the disk as well where nobody shares it. Returns how many rows went."""
    old = (AnnouncementFile.announcement_id.is_(None), AnnouncementFile.created_at < now() - KEPT_FOR)
    with transaction():
        gone = db.session.execute(
            delete(AnnouncementFile)
            .where(AnnouncementFile.id.in_(select(AnnouncementFile.id).where(*old).limit(limit)))
            .returning(AnnouncementFile.file_key, AnnouncementFile.thumbnail_key)
        ).all()
    for file_key, thumbnail_key in gone:
        if not db.session.scalar(select(exists().where(AnnouncementFile.file_key == file_key))):
            throw_away([file_key, thumbnail_key])
    return len(gone)


def _medium(file: AnnouncementFile) -> dict[str, Any]:
    return {"key": file.file_key, "content_type": file.content_type, "name": file.name}


def new_code() -> str:
    """For the link of a file."""
    return secrets.token_urlsafe(12)


def throw_away(keys: Iterable[str | None]) -> None:
    """Delete from the store."""
    for key in keys:
        if key is not None:
            file_store().delete(key)


def own_draft(staff: Staff, announcement_id: int) -> Announcement:
    """A draft that this person writes. Raises NotADraft, NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.author_id != staff.id:
        raise NotVisible
    if announcement.state != AnnouncementState.DRAFT:
        raise NotADraft
    return announcement


def _file(staff: Staff, announcement_id: int, file_id: int) -> AnnouncementFile:
    own_draft(staff, announcement_id)
    file = db.session.get(AnnouncementFile, file_id)
    if file is None or file.announcement_id != announcement_id:
        raise NotVisible
    return file


def added(staff: Staff, row: AnnouncementFile, version: int) -> Announcement:
    """Keep the row; whoever saved in the meantime wins, and what was stored is thrown away."""
    announcement_id, keys = row.announcement_id or 0, [row.file_key, row.thumbnail_key]
    try:
        with transaction():
            _touch(staff, announcement_id, version)
            if row.kind == FileKind.SOUND:
                same = AnnouncementFile.language.is_(None) if row.language is None else AnnouncementFile.language == row.language
                db.session.execute(
                    update(AnnouncementFile)
                    .where(AnnouncementFile.announcement_id == announcement_id, AnnouncementFile.kind == FileKind.SOUND, same)
                    .values(announcement_id=None, created_at=now())
                )
            db.session.add(row)
            db.session.flush()
            spread(announcement_id)
    except (Changed, NotADraft):
        throw_away(keys)
        raise
    return announcement_visible_to(staff, announcement_id)


def _touch(staff: Staff, announcement_id: int, version: int) -> None:
    """A new version of a draft: what was planned does not count any more."""
    with transaction() as events:
        changed = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.version == version, Announcement.state == AnnouncementState.DRAFT)
            .values(version=version + 1, updated_at=now(), plan=None, plan_fingerprint=None, planned_at=None)
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )
        if changed is None:
            raise Changed
        events.append(AnnouncementChanged(staff.district_id, announcement_id, AnnouncementState.DRAFT, changed))
