"""People, one by one, and the groups that they are in."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.queries import people
from app.api.courier.queries.organizations import uuid_of
from app.api.courier.shapes import people as shapes


@face.operation("getIndividual", scope=Scope.READ_PEOPLE)
def get_individual(asked: Asked) -> Answer:
    """Somebody of the staff, a guardian or a student."""
    person = people.individual(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shapes.individual(person)))


@face.operation("getIndividualGroup", scope=Scope.READ_PEOPLE)
def get_individual_group(asked: Asked) -> Answer:
    """A class or a saved group, with the students of it that the caller sees."""
    staff = acting(asked)
    group = people.group(staff, jsonapi.path_id(asked))
    shape = shapes.individual_group(
        group, uuid_of(group.district_id, group.school_id), people.students_of(staff, group), people.leaders_of(group)
    )
    return Answer(body=jsonapi.document(shape))
