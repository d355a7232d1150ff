"""Answers to an announcement belong to a conversation with that family: its author's, a colleague's or the office's, as it says."""

from sqlalchemy import select

from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries.repliers import replier_of
from app.announcements.recipients_again import ANSWERED_WITHIN, MAY_HAVE_COME, OWNER
from app.carrier.models import InboundText
from app.conversations.service.adoption import Belonging
from app.core.beginnings import beginning
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import ContactPoint, Guardianship, PhoneNumber, School, Student

LONGEST_QUOTE = 80
"""Of the words of one without a title."""


def belonging(inbound: InboundText, number: PhoneNumber) -> Belonging | None:
    """Whose an answer is: of the newest announcement that this phone got from this number lately.

    Whoever its author named, if still there, else the office; the school that it carried, else that of the child it was about.
    """
    found = db.session.execute(
        select(Announcement, AnnouncementRecipient, Delivery.contact_point_id, DeliveryContent.body)
        .join(AnnouncementRecipient, AnnouncementRecipient.announcement_id == Announcement.id)
        .join(Delivery, Delivery.owner_id == AnnouncementRecipient.id)
        .join(DeliveryContent, DeliveryContent.id == Delivery.content_id)
        .where(
            Delivery.district_id == inbound.district_id,
            Delivery.address == inbound.sender,
            Delivery.owner_kind == OWNER,
            Delivery.phone_number_id == number.id,
            Delivery.state.in_([str(state) for state in MAY_HAVE_COME]),
            Delivery.created_at > now() - ANSWERED_WITHIN,
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    ).first()
    if found is None or found.contact_point_id is None:
        return None
    announcement, recipient, point_id, words = found
    point = db.session.get(ContactPoint, point_id)
    school = _school(announcement, recipient)
    if point is None or school is None:
        return None
    reader = replier_of(announcement)
    answers = {"id": announcement.id, "title": announcement.title or beginning(words, LONGEST_QUOTE)}
    return Belonging(school, point, reader.id if reader is not None else None, answers)


def _school(announcement: Announcement, recipient: AnnouncementRecipient) -> School | None:
    if announcement.school_id is not None:
        return db.session.get(School, announcement.school_id)
    of_family = (
        select(Student.school_id)
        .join(Guardianship, Guardianship.student_id == Student.id)
        .where(Guardianship.guardian_id == recipient.guardian_id, Guardianship.is_active.is_(True), Student.is_active.is_(True))
        .order_by(Student.id != (recipient.student_id or 0), Student.id)
        .limit(1)
    )
    number = db.session.scalar(of_family)
    return db.session.get(School, number) if number is not None else None
