"""Which families need a letter: whom nothing could be sent to, or whom it did not reach; each once for an announcement."""

from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementRecipient, LettersFor, SendTo
from app.announcements.queries.fates import Fate, each_family
from app.announcements.recipients_again import with_its_steps
from app.core.database import db
from app.directory.models import Guardian, Guardianship, Student

FATES = {
    LettersFor.NOWHERE: (Fate.NO_WAY, Fate.NOBODY),
    LettersFor.UNREACHED: (Fate.NO_WAY, Fate.NOBODY),
    LettersFor.UNCONFIRMED: (Fate.NO_WAY, Fate.NOBODY, Fate.UNCONFIRMED),
}


class Needed(NamedTuple):
    """A family by its key, and one of its students."""

    family_key: int
    student_id: int | None


def needed(announcement: Announcement, which: LettersFor) -> list[Needed]:
    """In the order in which schools hand out: by school, grade and name. Who has one already, or was reached, is left out."""
    each = each_family(announcement.id).subquery()
    recipient = AnnouncementRecipient
    query = (
        select(each.c.family_id, func.min(recipient.student_id).label("student_id"))
        .join(recipient, recipient.family_id == each.c.family_id)
        .where(recipient.announcement_id == announcement.id, each.c.fate.in_([int(fate) for fate in FATES[which]]))
        .group_by(each.c.family_id)
    )
    if which == LettersFor.NOWHERE:
        tried = aliased(AnnouncementRecipient)
        query = query.where(
            ~exists().where(
                tried.announcement_id.in_(with_its_steps(announcement.id)), tried.family_id == each.c.family_id, tried.reason.is_(None)
            )
        )
    families = query.subquery()
    rows = db.session.execute(
        select(families.c.family_id, families.c.student_id)
        .outerjoin(Student, Student.id == families.c.student_id)
        .order_by(Student.school_id, Student.grade, Student.family_name, Student.given_name, families.c.family_id)
    )
    return [Needed(row[0], row[1]) for row in rows] + _without_adults(announcement)


def _without_adults(announcement: Announcement) -> list[Needed]:
    """Students of the audience for whom the records have nobody whom we may contact."""
    chosen = audiences.read(announcement.audience)
    if not chosen.names_students or announcement.send_to == SendTo.PERSON:
        return []
    author = db.session.get_one(Staff, announcement.author_id)
    wanted = audiences.student_ids(author, chosen).subquery()
    somebody = exists().where(
        Guardianship.student_id == Student.id, Guardianship.is_active.is_(True), Guardianship.may_contact.is_(True),
        Guardian.id == Guardianship.guardian_id, Guardian.is_active.is_(True),
    )  # fmt: skip
    has_one = exists().where(AnnouncementLetter.announcement_id == announcement.id, AnnouncementLetter.family_key == -Student.id)
    rows = db.session.scalars(
        select(Student.id)
        .join(wanted, wanted.c.id == Student.id)
        .where(~somebody, ~has_one)
        .order_by(Student.school_id, Student.grade, Student.family_name, Student.given_name, Student.id)
    )
    return [Needed(-number, number) for number in rows]
