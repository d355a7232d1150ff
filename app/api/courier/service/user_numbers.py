"""Which of our numbers the new conversations of a member of staff are held from."""

from sqlalchemy import delete

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.models import NumberOfUser
from app.api.courier.permissions import need
from app.api.courier.queries.organizations import Place
from app.api.refusals import Refused, Why
from app.core.database import db, transaction
from app.core.phone_numbers import for_people
from app.directory.models import PhoneNumber, Purpose


def give(staff: Staff, user: Staff, place: Place, number: PhoneNumber) -> NumberOfUser:
    """Give a user a number within an organization, in the place of the one they had there. Raises Refused."""
    need(staff, Permission.MANAGE_NUMBERS)
    if number.purpose != Purpose.CONVERSATION:
        raise Refused(Why.RULE, "This number is for announcements, which no user sends texts from.", field="body/data/attributes/number-id")
    with transaction():
        db.session.get_one(Staff, user.id, with_for_update=True)
        here = NumberOfUser.school_id.is_not_distinct_from(place.school_id)
        db.session.execute(delete(NumberOfUser).where(NumberOfUser.staff_id == user.id, here))
        row = NumberOfUser(district_id=staff.district_id, school_id=place.school_id, staff_id=user.id, phone_number_id=number.id)
        db.session.add(row)
        db.session.flush()
        audit("phone_number.given", number, {"number": for_people(number.address), "name": user.name}, by=staff)
    return row
