"""Drafts: saved with the version that was read, so that two tabs never overwrite each other unseen."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff
from app.accounts.service import audit
from app.announcements.errors import Changed, NotADraft
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementState, AnnouncementText
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.blank import is_blank
from app.announcements.service import files
from app.announcements.service.draft_contents import Draft, check_may_draft, columns_of, write_texts
from app.announcements.speakers import usual_school
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible

BLANK_FOR = timedelta(days=2)
"""Somebody may come back to the page that began it."""


def create(staff: Staff, draft: Draft | None = None, *, page: str | None = None) -> Announcement:
    """Begin an announcement. A `page` (the key of an opened one) that did so before saves the one it began.

    Raises MayNotDraft, NotVisible (a school, or an audience, out of reach), ChannelAway; and as `save`.
    """
    check_may_draft(staff)
    draft = draft or Draft(school_id=usual_school(staff))
    if begun := _written_by(staff, page):
        return save(staff, begun.id, draft, version=begun.version, page=page)
    try:
        with transaction() as events:
            announcement = Announcement(
                district_id=staff.district_id, author_id=staff.id, bearer_id=bearer_behind(), saved_by_page=page, **columns_of(staff, draft)
            )  # fmt: skip
            db.session.add(announcement)
            db.session.flush()
            write_texts(announcement, draft.texts)
            events.append(AnnouncementChanged(announcement.district_id, announcement.id, announcement.state, announcement.version))
    except IntegrityError:  # the same page at the same moment, whose first try was slow
        if (begun := _written_by(staff, page)) is None:
            raise
        return save(staff, begun.id, draft, version=begun.version, page=page)
    return announcement_visible_to(staff, announcement.id)


def _written_by(staff: Staff, page: str | None) -> Announcement | None:
    """One's own announcement that this page wrote last."""
    if page is None:
        return None
    return db.session.scalar(
        select(Announcement)
        .where(Announcement.saved_by_page == page, Announcement.author_id == staff.id)
        .execution_options(populate_existing=True)
    )


def save(staff: Staff, announcement_id: int, draft: Draft, *, version: int, page: str | None = None) -> Announcement:
    """Write what the author wants now; a plan that was shown does not count any more.

    An older `version` will do for the `page` that wrote the newest one, and did not hear of it. Otherwise raises Changed; NotADraft,
    EmergencyNotAllowed, and as `create`.
    """
    check_may_draft(staff)
    with transaction() as events:
        announcement = authored_by(staff, announcement_id)
        if (other := _written_by(staff, page)) is not None and other.id != announcement_id:
            page = None  # a page is of one announcement only
        is_newest: ColumnElement[bool] = Announcement.version == version
        if page is not None:
            is_newest = or_(is_newest, Announcement.saved_by_page == page)
        changed = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, is_newest, Announcement.state == AnnouncementState.DRAFT)
            .values(
                **columns_of(staff, draft, announcement), version=Announcement.version + 1, updated_at=now(), plan=None,
                plan_fingerprint=None, planned_at=None, saved_by_page=page,
            )
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if changed is None:
            raise NotADraft if announcement.state != AnnouncementState.DRAFT else Changed
        db.session.execute(delete(AnnouncementText).where(AnnouncementText.announcement_id == announcement_id))
        db.session.refresh(announcement)
        write_texts(announcement, draft.texts)
        files.spread(announcement_id)
        events.append(AnnouncementChanged(staff.district_id, announcement_id, AnnouncementState.DRAFT, changed))
    return announcement_visible_to(staff, announcement_id)


def discard(staff: Staff, announcement_id: int) -> None:
    """Delete a draft. Raises NotADraft, NotVisible."""
    with transaction() as events:
        announcement = authored_by(staff, announcement_id)
        if not _delete(announcement_id, Announcement.state == AnnouncementState.DRAFT):
            raise NotADraft
        db.session.expunge(announcement)
        audit("announcement.discarded", details={"title": announcement.title}, by=staff)
        events.append(AnnouncementChanged(staff.district_id, announcement_id, "discarded", announcement.version))


def forget_passed_time(staff: Staff, announcement_id: int) -> None:
    """A draft of whose time it was meanwhile is one for now: late is better than never. Raises NotVisible."""
    with transaction():
        announcement = authored_by(staff, announcement_id)
        late = update(Announcement).where(Announcement.id == announcement_id, Announcement.state == AnnouncementState.DRAFT)
        late = late.where(Announcement.scheduled_for <= now()).values(scheduled_for=None, version=Announcement.version + 1)
        db.session.execute(late.execution_options(synchronize_session=False))
        db.session.refresh(announcement)


def withdraw(announcement_id: int) -> None:
    """Call off a draft that a program began and that will never be whole: nobody is to send it from the pages any more.

    It stays, as the program was told its name. Belongs into a transaction of whoever knows that it may.
    """
    called_off = (
        update(Announcement)
        .where(Announcement.id == announcement_id, Announcement.state == AnnouncementState.DRAFT)
        .values(state=AnnouncementState.CANCELLED, version=Announcement.version + 1, updated_at=now(), finished_at=now())
        .returning(Announcement.district_id, Announcement.version)
    )
    row = db.session.execute(called_off.execution_options(synchronize_session=False)).first()
    if row is not None:
        open_events().append(AnnouncementChanged(row.district_id, announcement_id, AnnouncementState.CANCELLED, row.version))


def sweep_blank(limit: int = 200) -> int:
    """Delete the drafts in which nobody wrote anything for days: no list shows them. Returns how many there were."""
    old = and_(is_blank(), Announcement.updated_at < now() - BLANK_FOR)
    with transaction():
        found = db.session.scalars(select(Announcement.id).where(old).limit(limit)).all()
        return sum(_delete(number, old) for number in found)


def _delete(announcement_id: int, condition: ColumnElement[bool]) -> bool:
    for link in (Announcement.duplicate_of_id, Announcement.follow_up_of_id, Announcement.survey_of_id, Announcement.correction_of_id):
        db.session.execute(update(Announcement).where(link == announcement_id).values({link: None}))
    gone = delete(Announcement).where(Announcement.id == announcement_id, condition).returning(Announcement.id)
    return db.session.scalar(gone.execution_options(synchronize_session=False)) is not None


def authored_by(staff: Staff, announcement_id: int) -> Announcement:
    """A visible announcement of one's own: only its author changes it, because it reaches whom the author reaches. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.author_id != staff.id:
        raise NotVisible
    return announcement
