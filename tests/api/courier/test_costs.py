"""A list costs as many statements with twelve rows as with two, whoever made them and wherever they belong."""

from typing import Any

from flask import Flask

from app.accounts.scopes import Scope
from app.api.courier.models import (
    Announcer,
    MessageDraft,
    MessagingOperation,
    Plugin,
    Responder,
    UserDevice,
    UserEmail,
    UserNotification,
)
from app.conversations.models import Conversation
from app.core.database import db
from app.directory.models import District
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.factories import SchoolFactory, StaffFactory
from tests.query_counts import plans, statements

LISTS: list[tuple[str, dict[str, str]]] = [
    ("listMessagingPlugins", {}), ("listResponders", {}), ("listAnnouncers", {"filter[name]": "rule"}), ("listMessagingOperations", {}),
    ("listUserNotifications", {}), ("listUserDevices", {"all-users": "true"}), ("listNotificationCounts", {}), ("listUserEmails", {}),
    ("listChannels", {}), ("searchConversations", {}),
]  # fmt: skip


OF_A_PERSON = {"listUserNotifications", "listUserEmails"}
OF_A_PLACE = {"listMessagingPlugins", "listResponders", "listAnnouncers", "listMessagingOperations"}


def furnish(district: int, program: int, talk: int, number: int) -> None:
    """One more of everything, of a school and a colleague of its own."""
    school, colleague = SchoolFactory(district_id=district), StaffFactory(district_id=district)
    home: dict[str, Any] = {"district_id": district, "school_id": school.id}
    rule: dict[str, Any] = home | {"name": f"rule{number}", "created_by_id": colleague.id, "changed_by_id": colleague.id}
    db.session.add_all([
        Plugin(**rule, kind="text"), Responder(**rule, kind="message", hours=[]),
        Announcer(**rule, kind="notification", event="message-received"),
        MessagingOperation(**home, kind="move-group", status="completed", args={}, logs={}, created_by_id=colleague.id),
        UserNotification(**home, staff_id=program, category="mention", title="t", body="b"),
        UserDevice(district_id=district, staff_id=colleague.id, kind="web", token="t", app_name="Desk"),
        UserEmail(**home, staff_id=program, created_by_id=colleague.id, address="a@example.org", subject="s"),
        MessageDraft(district_id=district, conversation_id=talk, staff_id=program, body="d"),
    ])  # fmt: skip
    db.session.commit()


def costs(here: CourierHouse, lists: list[tuple[str, dict[str, str]]]) -> dict[str, int]:
    found = {}
    for name, query in lists:
        db.session.expunge_all()
        with statements() as seen:
            answer = here.client.ask(name, query=query)
        assert answer.status_code == 200, answer.text
        assert answer.json["data"], name
        found[name] = len(seen)
    return found


def test_a_list_costs_what_it_cost_however_long_it_is(app: Flask) -> None:
    here = courier_house(app, scopes=list(Scope))
    people = here.family
    wanted = {"organization-id": str(people.school.uuid), "individual-ids": [str(people.guardian.uuid)], "subscription-type": "single"}
    channel = here.client.ask("createChannel", sent("messaging-channels", wanted)).json["data"]["id"]
    district, program, talk = people.school.district_id, here.program.id, db.session.query(Conversation).one().id
    everywhere = {"organization-id": str(db.session.get_one(District, district).uuid)}
    mine = {"individual-id": str(here.program.uuid)}
    lists = [
        *((name, query | (everywhere if name in OF_A_PLACE else mine if name in OF_A_PERSON else {})) for name, query in LISTS),
        ("listMessages", {"channel-id": channel}),
    ]
    for number in range(2):
        furnish(district, program, talk, number)
    costs(here, lists)  # what is remembered for a moment is known by then
    few = costs(here, lists)
    for number in range(2, 12):
        furnish(district, program, talk, number)
    assert costs(here, lists) == few


def test_who_answered_many_is_found_by_index(app: Flask) -> None:
    here = courier_house(app)
    query = {"filter[type]": "multicast"}
    asked = plans(lambda: here.client.ask("searchConversations", query=query))
    of_messages = [plan for each, plan in asked.items() if "json_extract" in each]
    assert of_messages
    assert all("INDEX ix_messages_answering (conversation_id=?)" in plan for plan in of_messages), of_messages
