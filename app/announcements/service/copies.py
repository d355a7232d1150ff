"""Copies of announcements: each begins as a draft of one's own, or is a template."""

from typing import Any

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.models import Announcement
from app.announcements.queries import announcement_visible_to
from app.announcements.service import files
from app.announcements.service.draft_contents import check_may_draft, draft_of, write_texts
from app.announcements.speakers import usual_school
from app.core.database import db, transaction
from app.directory.queries.reach import schools_of


def duplicate(staff: Staff, announcement_id: int) -> Announcement:
    """A draft of one's own with the words and the audience of another. What is out of one's own reach finds nobody."""
    check_may_draft(staff)
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        copy = copy_of(source, staff)
        copy.duplicate_of_id = source.id
        copy.emergency_reason, copy.emergency_words = None, ""  # why this one is an emergency, if it is, is asked anew
        audit("announcement.duplicated", copy, {"title": copy.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def keep_as_template(staff: Staff, announcement_id: int) -> Announcement:
    """A copy that is never sent, and that everybody who works for its school may begin with. Raises NotVisible, MayNotDraft."""
    check_may_draft(staff)
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        chosen = {name: value for name, value in source.audience.items() if not name.startswith("again") and name != "list_id"}
        copy = copy_of(source, staff, audience=chosen)
        copy.is_template = True
        audit("announcement.template_kept", copy, {"title": copy.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def copy_of(source: Announcement, author: Staff, *, audience: dict[str, Any] | None = None) -> Announcement:
    """A draft with the words of `source`, not yet linked to it. Belongs into a transaction."""
    schools = {school.id for school in schools_of(author)}
    may_keep = source.school_id in schools or (source.school_id is None and role_allows(author.role, Permission.MANAGE_NUMBERS))
    chosen = dict(source.audience) if audience is None else audience
    for name in ("again_by", "again_after"):  # the time of a step is over
        chosen.pop(name, None)
    if source.author_id != author.id:
        chosen.pop("list_id", None)
    copy = Announcement(
        district_id=source.district_id, school_id=source.school_id if may_keep else usual_school(author), author_id=author.id,
        title=source.title, opening=source.opening, category=source.category, send_to=source.send_to,
        channels=list(source.channels), audience=chosen,
        fallback_language=source.fallback_language, has_canary=source.has_canary, escalation=source.escalation,
        asks=asked_anew(source.asks),
        emergency_reason=source.emergency_reason,
        emergency_words=source.emergency_words,
    )  # fmt: skip
    if source.author_id == author.id:  # a colleague's answers are not the copier's to give away
        copy.replies_to, copy.replies_to_id = source.replies_to, source.replies_to_id
    db.session.add(copy)
    db.session.flush()
    write_texts(copy, draft_of(source).texts)
    files.copy_files(source.id, copy)
    return copy


def asked_anew(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """The question of another announcement; a moment at which that one closed says nothing about this one."""
    return None if document is None else {**document, "closes_at": None}
