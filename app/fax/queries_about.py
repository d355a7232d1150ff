"""What is known about one fax: whose number, which child, who did what, and whose record it looks like."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.directory.models import PhoneNumber, School, Student
from app.directory.queries.reach import student_is_within_reach_of
from app.fax.models import Fax, FaxContact
from app.fax.queries_people import names_of


@dataclass(frozen=True, slots=True)
class About:
    """Everything around the row itself."""

    own_number: str
    number_name: str
    is_known: bool
    """The number of the other side has a name here."""
    is_junk: bool
    student: Student | None
    """To whom it was filed, where this person may see that child."""
    people: dict[int, str]

    @property
    def child(self) -> str:
        """The first name of the child."""
        return self.student.shown_name if self.student is not None else ""


def about(fax: Fax, staff: Staff) -> About:
    """Asked once for a page; four queries."""
    numbers = select(PhoneNumber.address, School.name).outerjoin(School, School.id == PhoneNumber.school_id)
    ours = db.session.execute(numbers.where(PhoneNumber.id == fax.phone_number_id)).first()
    contact = contact_of(fax)
    children = select(Student).where(Student.id == fax.student_id, student_is_within_reach_of(staff))
    return About(
        ours.address if ours else "",
        (ours.name or "") if ours else "",
        contact is not None,
        contact is not None and contact.is_junk,
        db.session.scalar(children) if fax.student_id else None,
        names_of({fax.assignee_id, fax.read_by_id, fax.filed_by_id, fax.author_id}),
    )


def contact_of(fax: Fax) -> FaxContact | None:
    """What its number is called here."""
    if not fax.address:
        return None
    return db.session.scalar(select(FaxContact).where(FaxContact.district_id == fax.district_id, FaxContact.address == fax.address))
