"""What is done for a whole class at once takes as many statements as for a few families."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.models import Conversation, Message, Participant
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import ContactPoint
from tests.factories import ContactPointFactory, Family, GuardianFactory, GuardianshipFactory, PhoneNumberFactory, family
from tests.query_counts import statements

FEW, MANY = 4, 50


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("lite_app" if request.param == "sqlite" else "postgres_app")


@pytest.fixture
def cost(house: Flask) -> Callable[[Callable[[], object]], int]:  # there first
    def of(act: Callable[[], object]) -> int:
        db.session.expire_all()
        with statements() as seen:
            act()
        return len(seen)

    return of


def relatives(people: Family, number: int) -> list[int]:
    """So many adults of one child, by their phones."""
    points: list[ContactPoint] = []
    for n in range(number):
        adult = GuardianFactory(district_id=people.school.district_id, given_name=f"Adult{n}")
        GuardianshipFactory(student=people.student, guardian=adult, priority=n + 2)
        points.append(ContactPointFactory(guardian=adult))
    db.session.commit()
    return [point.id for point in points]


def test_a_class_costs_as_many_statements_as_a_few_families(cost: Callable[[Callable[[], object]], int]) -> None:
    people = family()
    for _each in range(2):
        PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    few, many = relatives(people, FEW), relatives(people, MANY)
    teacher = people.teacher
    spent: dict[str, list[int]] = {}
    for points in (few, many):
        group = service.start_group(teacher, points[:2], title="Zoo")
        acts: dict[str, Callable[[], object]] = {
            "begin": lambda points=points: service.start_group(teacher, points),
            "add": lambda points=points, group=group: service.add_members(teacher, group.id, points[2:]),
            "first": lambda group=group: service.send(teacher, group.id, "We leave at nine.", uuid=uuid4()),
            "next": lambda group=group: service.send(teacher, group.id, "Dear $FirstName$, bring a hat.", uuid=uuid4()),
        }
        for name, act in acts.items():
            spent.setdefault(name, []).append(cost(act))
    assert {name: most for name, (_few, most) in spent.items()} == {name: least for name, (least, _many) in spent.items()}, spent
    assert max(each for pair in spent.values() for each in pair) <= 45, spent
    lines = select(func.count()).select_from(Conversation).where(Conversation.kind == "direct")
    assert db.session.scalar(lines) == FEW + MANY
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 2 * (FEW + MANY)
    assert db.session.scalar(select(func.count()).select_from(DeliveryContent)) == 2 + FEW + MANY
    paired = select(Participant.phone_number_id, func.count()).where(Participant.phone_number_id.is_not(None)).group_by("phone_number_id")
    used = [row[1] for row in db.session.execute(paired)]
    assert len(used) == 3
    assert max(used) - min(used) <= 1


def test_who_is_in_a_group_with_two_phones_hears_on_both(house: Flask) -> None:
    people = family()
    other = ContactPointFactory(guardian=people.guardian)
    [neighbour] = relatives(people, 1)
    group = service.start_group(people.teacher, [people.contact_point.id, neighbour, other.id], title="Zoo")
    sent = service.send(people.teacher, group.id, "We leave at nine.", uuid=uuid4())
    copies = select(Message.id).where(Message.parent_id == sent.id)
    reached = set(db.session.scalars(select(Delivery.contact_point_id).where(Delivery.owner_id.in_(copies))))
    assert reached == {people.contact_point.id, neighbour, other.id}
    assert db.session.scalar(select(func.count()).select_from(Conversation).where(Conversation.kind == "direct")) == 2
