"""Letters on paper: asked for, and later said to be handed out."""

from sqlalchemy import exists, select, update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.counts import counts_of
from app.announcements.errors import MayNotDraft, NotMoving, TooManyForLetters
from app.announcements.events import AnnouncementProgressed, LettersOrdered
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementLetters, AnnouncementState, LettersFor, LettersState
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.fates import COUNTABLE, is_countable
from app.announcements.sight import sees_everybody
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import Student
from app.directory.queries.reach import student_is_within_reach_of

MAY_PRINT = (AnnouncementState.SENDING, AnnouncementState.PAUSED, AnnouncementState.FINISHED, AnnouncementState.HALTED)


def order_letters(staff: Staff, announcement_id: int, which: LettersFor) -> AnnouncementLetters:
    """Have letters made for the families that need one when the job looks. An order that is not ready yet is not doubled.

    Raises NotMoving (nothing was sent yet), TooManyForLetters, MayNotDraft, NotVisible.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    if announcement.state not in MAY_PRINT or announcement.was_stopped_early:
        raise NotMoving
    if is_too_large(announcement):
        raise TooManyForLetters
    with transaction() as events:
        open_one = db.session.scalar(
            select(AnnouncementLetters).where(
                AnnouncementLetters.announcement_id == announcement_id, AnnouncementLetters.state != LettersState.READY
            )
        )
        if open_one is not None:
            return open_one
        letters = AnnouncementLetters(
            announcement_id=announcement_id, district_id=announcement.district_id, staff_id=staff.id, which=which.value
        )
        db.session.add(letters)
        db.session.flush()
        audit("announcement.letters_ordered", announcement, {"title": announcement.title}, by=staff)
        events += [LettersOrdered(letters.id), AnnouncementProgressed(announcement.district_id, announcement_id)]
    return letters


def is_too_large(announcement: Announcement) -> bool:
    """Whether nobody can say for each of its families whether they need one."""
    without = int((announcement.plan or {}).get("students_without_contact", 0))
    return without > COUNTABLE or not is_countable(counts_of(announcement.id))


def hand_out(staff: Staff, announcement_id: int, *, letters_id: int | None = None, family_key: int | None = None) -> int:
    """Say that letters were handed out: all of an order, or one family's. They count as reached from then on; returns how many."""
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    if letters_id is None and family_key is None:
        raise NotVisible
    conditions = [AnnouncementLetter.announcement_id == announcement_id, AnnouncementLetter.handed_out_at.is_(None)]
    if letters_id is not None:
        conditions.append(AnnouncementLetter.letters_id == letters_id)
    if family_key is not None:
        conditions.append(AnnouncementLetter.family_key == family_key)
    with transaction() as events:
        done = db.session.execute(
            update(AnnouncementLetter)
            .where(*conditions)
            .values(handed_out_at=now(), handed_out_by_id=staff.id)
            .execution_options(synchronize_session=False)
        )
        number: int = done.rowcount  # type: ignore[attr-defined]  # an update has one
        if number:
            audit("announcement.letters_handed_out", announcement, {"title": announcement.title, "number": number}, by=staff)
            events.append(AnnouncementProgressed(announcement.district_id, announcement_id))
    return number


def holds_others(staff: Staff, announcement: Announcement, letters_id: int) -> bool:
    """Whether pages of an order are for families of schools where this person does not work: then the file is not theirs to open."""
    if sees_everybody(staff, announcement):
        return False
    student = exists().where(Student.id == AnnouncementLetter.student_id, student_is_within_reach_of(staff))
    other = select(AnnouncementLetter.id).where(AnnouncementLetter.letters_id == letters_id, ~student)
    return db.session.scalar(other.limit(1)) is not None


def letters_visible_to(staff: Staff, announcement_id: int, letters_id: int) -> AnnouncementLetters:
    """An order of an announcement. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    found = db.session.scalar(
        select(AnnouncementLetters).where(AnnouncementLetters.id == letters_id, AnnouncementLetters.announcement_id == announcement_id)
    )
    if found is None or holds_others(staff, announcement, letters_id):
        raise NotVisible
    return found
