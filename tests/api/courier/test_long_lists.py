"""Lists that are too long to be counted for each page, and what others have that costs nobody anything."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.courier.models import UserNotification
from app.api.totals import MOST_COUNTED
from app.conversations.models import Conversation
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.factories import SchoolFactory, StaffFactory
from tests.query_counts import statements, steps


def test_a_long_list_goes_on_without_a_total(app: Flask) -> None:
    here = courier_house(app, scopes=list(Scope))
    notify(here.program, MOST_COUNTED - 1)
    assert told(here, 0)["page[total]"] == MOST_COUNTED - 1
    with statements() as seen:
        assert told(here, MOST_COUNTED - 50) == {"page[limit]": 100, "page[offset]": MOST_COUNTED - 50, "page[total]": MOST_COUNTED - 1}
    assert not any("count(" in each for each in seen), "the last page says it by itself"
    notify(here.program, 1)
    counting = cost(lambda: ask(here, 0))
    assert told(here, MOST_COUNTED - 100)["page[total]"] == MOST_COUNTED
    notify(here.program, MOST_COUNTED)
    assert told(here, 0) == {"page[limit]": 100, "page[offset]": 0}
    assert len(ask(here, 2 * MOST_COUNTED - 100).json["data"]) == 100
    assert ask(here, 2 * MOST_COUNTED).json["data"] == []
    assert cost(lambda: ask(here, 0)) < 1.1 * counting


def test_what_others_say_costs_a_teacher_nothing(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    wanted = {"organization-id": str(people.school.uuid), "individual-ids": [str(people.guardian.uuid)], "subscription-type": "single"}
    assert here.teacher.ask("createChannel", sent("messaging-channels", wanted)).status_code == 201
    alone = [cost(lambda name=name: here.teacher.ask(name)) for name in ("listChannels", "searchConversations")]
    school = SchoolFactory(district_id=people.school.district_id)
    colleague = StaffFactory(schools=[school])
    row = {"district_id": school.district_id, "school_id": school.id, "created_by_id": colleague.id, "kind": "direct", "title": "Rosa"}
    with transaction():
        db.session.execute(insert(Conversation), [row | {"uuid": new_uuid(), "last_message_id": 5} for _each in range(1000)])
    for name, before in zip(("listChannels", "searchConversations"), alone, strict=True):
        assert cost(lambda name=name: here.teacher.ask(name)) < 1.1 * before, name
        assert here.teacher.ask(name).json["meta"]["page[total]"] == 1
        assert here.client.ask(name).json["meta"]["page[total]"] == 1001


def cost(ask: Callable[[], TestResponse]) -> int:
    """What SQLite does for an answer, the second time: what is remembered of a key is known by then."""
    ask()
    with steps() as taken:
        assert ask().status_code == 200
    return taken[0]


def notify(person: Staff, many: int) -> None:
    same: dict[str, Any] = {
        "district_id": person.district_id, "staff_id": person.id, "category": "mention", "title": "t", "body": "b", "device_ids": [],
    }  # fmt: skip
    with transaction():
        db.session.execute(insert(UserNotification), [same | {"uuid": new_uuid()} for _each in range(many)])


def ask(here: CourierHouse, offset: int) -> TestResponse:
    query = {"individual-id": str(here.program.uuid), "page[limit]": 100, "page[offset]": offset}
    return here.client.ask("listUserNotifications", query=query)


def told(here: CourierHouse, offset: int) -> dict[str, Any]:
    """What is said of the page beside its entries."""
    meta: dict[str, Any] = ask(here, offset).json["meta"]
    return meta
