"""Messages: the way out is the thread's own, and what came back is read, acknowledged and answered with a sign."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import time_machine
from flask import Flask
from sqlalchemy import select

from app.accounts.scopes import Scope
from app.conversations import service as threads
from app.conversations.models import Conversation, Message
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import Guardianship
from tests.api.courier.house import courier_house, sent
from tests.api.courier.test_channels import opened
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.factories import StaffFactory

NIGHT = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
"""Midnight at the schools of the factories."""


def message(channel: str, words: str = "Bus 3 is late", **more: Any) -> dict[str, Any]:
    """A message as callers send it."""
    return sent("messaging-messages", {"channel-id": channel, "message": words} | more)


def test_a_message_leaves_by_the_thread_and_is_answered(app: Flask, sign_in: SignIn) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    answer = here.teacher.ask("createMessage", message(number))
    shown = answer.json["data"]["attributes"]
    assert (answer.status_code, shown["draft"], shown["user-type"], shown["source"], shown["ack"]) == (201, False, "provider", "web", True)
    (text,) = shown["destination"]["sms"]
    expected = (people.contact_point.address, str(people.guardian.uuid), "queued")
    assert (text["phone-number"], text["individual-id"], text["status"]) == expected
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.state, delivery.content.body, delivery.due_at > now()) == (DeliveryState.PENDING, "Bus 3 is late", True)
    arrives(people.contact_point.address, people.number, "Gracias")
    listed = here.teacher.ask("listMessages", query={"channel-id": number, "include-read-receipts": "true"}).json
    assert [each["attributes"]["message"] for each in listed["data"]] == ["Gracias", "Bus 3 is late"]
    assert listed["meta"]["page[total]"] == 2
    newest = listed["data"][0]
    assert (newest["attributes"]["user-type"], newest["attributes"]["ack"], newest["attributes"]["source"]) == ("participant", False, "sms")
    assert newest["attributes"]["individual-id"] == str(people.guardian.uuid)
    unread = here.teacher.ask("getReceipts", id=newest["id"]).json["unread"]
    assert str(people.teacher.uuid) in {each["individual-id"] for each in unread}
    assert here.teacher.ask("getChannel", id=number).json["data"]["attributes"]["caller-new-message-count"] == 1
    assert here.teacher.ask("acknowledgeMessage", {}, id=newest["id"]).json["data"]["attributes"]["ack"] is True
    assert here.teacher.ask("getChannel", id=number).json["data"]["attributes"]["caller-new-message-count"] == 0
    read = here.teacher.ask("getReceipts", id=newest["id"]).json["read"]
    assert [each["individual-id"] for each in read] == [str(people.teacher.uuid)]
    first = listed["data"][1]["id"]
    assert here.teacher.ask("acknowledgeMessage", {}, id=first).status_code == 409
    assert here.teacher.ask("acknowledgeMessage", {"allow-past": True}, id=first).status_code == 201
    liked = here.teacher.ask("addReaction", {"reaction-type": "like"}, id=newest["id"]).json["data"]["attributes"]["reactions"]
    assert [(each["reaction-type"], each["individual-id"]) for each in liked] == [("like", str(people.teacher.uuid))]
    assert here.teacher.ask("addReaction", {"reaction-type": "like"}, id=newest["id"]).json["data"]["attributes"]["reactions"] == liked
    talk = db.session.scalars(select(Conversation).where(Conversation.uuid == UUID(number))).one()
    assert "👍" in sign_in(people.teacher).get(f"/conversations/{talk.id}").text, "the page shows it"
    assert here.teacher.ask("deleteReaction", {"reaction-type": "like"}, id=newest["id"]).json["data"]["attributes"]["reactions"] == []


def test_messages_are_found_by_words_time_reader_and_writer(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    here.teacher.ask("createMessage", message(number, "Field trip on Friday"))
    arrives(people.contact_point.address, people.number, "STOP asking, wrong person")

    def found(**query: Any) -> list[str]:
        listed = here.teacher.ask("listMessages", query={"channel-id": number} | query).json
        assert listed["meta"]["page[total]"] >= len(listed["data"])
        return [each["attributes"]["message"] for each in listed["data"]]

    assert found(**{"filter[text]": "FRIDAY trip"}) == ["Field trip on Friday"]
    assert found(acknowledged="true") == ["Field trip on Friday"]
    assert found(acknowledged="false") == ["STOP asking, wrong person"]
    assert found(**{"user-id": str(people.teacher.uuid)}) == ["Field trip on Friday"]
    assert found(**{"filter[cmp-posted-time]": "<2001-01-01T00:00:00Z"}) == []
    assert found(**{"filter[cmp-last-modified-time]": ">2001-01-01T00:00:00+02:00", "page[limit]": 1}) == ["STOP asking, wrong person"]
    phrases = here.teacher.ask("listMessages", query={"channel-id": number, "include-phrases": "true"}).json["data"][0]
    assert phrases["attributes"]["phrases"] == {"refusal": "wrong_person"}


def test_a_draft_is_kept_back_changed_and_released_once(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    draft = here.teacher.ask("createMessage", message(number, "Tomorow", draft=True)).json["data"]
    assert (draft["attributes"]["draft"], draft["attributes"]["posted-time"]) == (True, None)
    assert db.session.scalars(select(Message)).all() == []

    def change(**values: Any) -> Any:
        return here.teacher.ask("updateMessage", sent("messaging-messages", values, draft["id"]), id=draft["id"])

    assert change(message="Tomorrow").json["data"]["attributes"]["message"] == "Tomorrow"
    listed = here.teacher.ask("listMessages", query={"channel-id": number}).json
    assert [(each["id"], each["attributes"]["draft"]) for each in listed["data"]] == [(draft["id"], True)]
    assert here.client.ask("listMessages", query={"channel-id": number}).json["data"] == [], "nobody else sees it"
    assert here.client.ask("getMessage", id=draft["id"]).status_code == 404
    assert change(removed=True).json["data"]["attributes"]["removed"] is True
    assert change(draft=False).status_code == 409
    assert change(removed=False, draft=False).json["data"]["attributes"]["draft"] is False
    posted = db.session.scalars(select(Message)).one()
    assert (str(posted.uuid), posted.body) == (draft["id"], "Tomorrow")
    assert change(message="Another").status_code == 409
    assert change(removed=True).json["data"]["attributes"]["removed"] is True, "it had not left yet"
    assert db.session.scalars(select(Delivery.state)).all() == [DeliveryState.CANCELLED]
    (shown,) = here.teacher.ask("listMessages", query={"channel-id": number}).json["data"]
    assert (shown["attributes"]["removed"], shown["attributes"]["message"]) == (True, "")


def test_a_message_that_has_left_is_not_taken_back(app: Flask, school_time: time_machine.Traveller) -> None:
    here = courier_house(app)
    number = opened(here.teacher, here.family)["id"]
    uuid = here.teacher.ask("createMessage", message(number)).json["data"]["id"]
    delivery = db.session.scalars(select(Delivery)).one()
    delivery.state = DeliveryState.SENT
    db.session.commit()
    removed = here.teacher.ask("updateMessage", sent("messaging-messages", {"removed": True}, uuid), id=uuid)
    assert (removed.status_code, removed.json["errors"][0]["code"]) == (409, "too_late_to_undo")


def test_colleagues_copies_count_as_read_where_that_is_wanted(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    here.teacher.ask("subscribeToChannel", {"individual-ids": [str(colleague.uuid)]}, id=number)
    assert here.teacher.ask("createMessage", message(number, **{"auto-ack": str(uuid4())})).status_code == 400
    assert here.teacher.ask("createMessage", message(number, **{"include-destinations": ["email"]})).status_code == 400
    uuid = here.teacher.ask("createMessage", message(number, **{"auto-ack": "all"})).json["data"]["id"]
    read = {each["individual-id"] for each in here.teacher.ask("getReceipts", id=uuid).json["read"]}
    assert read == {str(people.teacher.uuid), str(colleague.uuid)}


def test_no_message_goes_past_consent_records_night_or_another_district(app: Flask, school_time: time_machine.Traveller) -> None:
    here, there = courier_house(app), courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    assert there.client.ask("createMessage", message(number)).status_code == 404
    assert there.client.ask("listMessages", query={"channel-id": number}).status_code == 404
    assert here.with_scopes(Scope.READ_TEXTS).ask("createMessage", message(number)).status_code == 403
    viewer = StaffFactory(role="viewer", schools=[people.school])
    db.session.commit()
    assert here.of(viewer).ask("createMessage", message(number)).status_code == 403, "who only reads"
    school_time.move_to(NIGHT)
    held = here.teacher.ask("createMessage", message(number)).json["data"]["attributes"]["destination"]["sms"]
    assert [each["status"] for each in held] == ["scheduled"]
    assert db.session.scalars(select(Delivery.held_until)).one() is not None
    db.session.execute(Guardianship.__table__.update().values(may_contact=False))
    db.session.commit()
    refused = here.teacher.ask("createMessage", message(number))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "contact_not_permitted")
    db.session.execute(Guardianship.__table__.update().values(may_contact=True))
    db.session.commit()
    arrives(people.contact_point.address, people.number, "STOP")
    refused = here.teacher.ask("createMessage", message(number))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "opted_out")
    uuid = db.session.scalars(select(Message.uuid).order_by(Message.id)).first()
    for name in ("acknowledgeMessage", "getReceipts"):
        body = {} if name == "acknowledgeMessage" else None
        assert there.client.ask(name, body, id=uuid).status_code == 404
    for name in ("addReaction", "deleteReaction"):
        assert there.client.ask(name, {"reaction-type": "like"}, id=uuid).status_code == 404
    assert there.client.ask("getMessage", id=uuid).status_code == 404
    assert there.client.ask("updateMessage", sent("messaging-messages", {"removed": True}, uuid), id=uuid).status_code == 404


def test_notes_of_the_staff_stay_inside_and_events_stand_where_they_are_wanted(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    talk = db.session.scalars(select(Conversation).where(Conversation.uuid == UUID(number))).one()
    note = threads.add_note(people.teacher, talk.id, "Ask the counsellor", uuid=uuid4())
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    here.teacher.ask("subscribeToChannel", {"individual-ids": [str(colleague.uuid)]}, id=number)
    assert here.teacher.ask("getMessage", id=note.uuid).status_code == 404
    assert here.teacher.ask("listMessages", query={"channel-id": number}).json["data"] == []
    steps = [{"op": "replace", "path": "/event-settings/enabled", "value": True}]
    here.teacher.ask("updateChannel", sent("messaging-channels", steps, number), id=number)
    (event,) = here.teacher.ask("listMessages", query={"channel-id": number}).json["data"]
    assert (event["attributes"]["source"], event["attributes"]["message"]) == ("system", f"{colleague.name} was added")
