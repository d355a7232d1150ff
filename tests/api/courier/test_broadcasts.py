"""Bulk messages and multicasts: announcements of the house, with its plan, its approval, its brake, and its reach."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.announcements import runner
from app.announcements import service as announcements
from app.announcements.models import Announcement, AnnouncementFile, AnnouncementState
from app.announcements.service import Draft, DraftText
from app.api.courier.models import BulkMessage, Multicast
from app.conversations import service as threads
from app.conversations.models import Conversation
from app.core.database import db, release_connection, transaction
from app.delivery.models import Delivery
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, Guardianship, Purpose
from app.directory.service.consent import record_consent
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.api.courier.test_attachments import ZOO, bring
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    PhoneNumberFactory,
    StaffFactory,
    family,
)

NIGHT = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


@pytest.fixture
def here(app: Flask) -> CourierHouse:
    """A district with a number that announces."""
    people = family()
    PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id, purpose=Purpose.ANNOUNCEMENT)
    return courier_house(app, people)


def bulk(here: CourierHouse, **more: Any) -> Any:
    """The answer to a bulk message for the family's class."""
    values = {"individual-group-ids": [str(here.family.section.uuid)], "message": "No school on Friday"} | more
    return here.client.ask("createBulkMessage", sent("messaging-bulk-messages", values))


def leaves() -> list[Delivery]:
    """What is in the outbox once every announcement has moved on."""
    db.session.commit()
    for _step in range(20):
        release_connection()
        runner.turn()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_bulk_message_is_an_announcement_and_opens_channels(here: CourierHouse) -> None:
    answer = bulk(here, **{"message-js": {"en_US": "No school on Friday", "es_US": "No hay clases el viernes"}})
    shown = answer.json["data"]["attributes"]
    assert (answer.status_code, shown["draft"], shown["created-by"]) == (201, False, str(here.program.uuid))
    assert shown["posted-time"]
    announcement = db.session.scalars(select(Announcement)).one()
    assert (announcement.author_id, announcement.school_id) == (here.program.id, here.family.school.id)
    (delivery,) = leaves()
    assert delivery.address == here.family.contact_point.address
    assert "No hay clases el viernes" in delivery.content.body
    talk = db.session.scalars(select(Conversation)).one()
    assert talk.guardian_id == here.family.guardian.id
    listed = here.client.ask("listBulkMessages").json["data"]
    assert listed == [], "drafts alone"
    (posted,) = here.client.ask("listBulkMessages", query={"include-posted": "true"}).json["data"]
    assert posted["id"] == answer.json["data"]["id"] == here.client.ask("getBulkMessage", id=posted["id"]).json["data"]["id"]


def test_a_draft_is_changed_gets_a_picture_and_is_released_once(app: Flask, here: CourierHouse) -> None:
    number = bulk(here, draft=True, **{"auto-create-channel": False}).json["data"]["id"]

    def change(**values: Any) -> Any:
        return here.client.ask("updateBulkMessage", sent("messaging-bulk-messages", values, number), id=number)

    assert change(message="No school on Monday").json["data"]["attributes"]["message"] == "No school on Monday"
    by = {"filter[created-by]": str(here.program.uuid)}
    assert [each["id"] for each in here.client.ask("listBulkMessages", query=by).json["data"]] == [number]
    values = {"bulk-message-id": number, "content-type": "image/png", "filename": "map.png"}
    where = here.client.ask("createBulkAttachment", sent("messaging-bulk-attachments", values)).json["data"]
    assert bring(app, where, ZOO) == 204
    assert here.client.ask("processBulkAttachmentUpload", {}, id=where["id"]).json["data"]["attributes"]["filename"] == "map.png"
    assert db.session.scalars(select(AnnouncementFile.name)).one() == "map.png"
    listed = here.client.ask("listBulkAttachments", query={"bulk-message-id": number}).json["data"]
    assert [each["id"] for each in listed] == [where["id"]]
    assert here.client.ask("getBulkAttachment", id=where["id"]).json["data"] == listed[0]
    assert leaves() == []
    assert change(draft=False).json["data"]["attributes"]["draft"] is False
    assert change(message="x").status_code == 409
    assert here.client.ask("createBulkAttachment", sent("messaging-bulk-attachments", values)).status_code == 409
    (delivery,) = leaves()
    assert "No school on Monday" in delivery.content.body
    assert db.session.scalars(select(Conversation)).all() == [], "nobody wanted channels"


def test_the_adults_who_were_named_hear_it_and_no_others(here: CourierHouse) -> None:
    father = GuardianFactory(district_id=here.family.school.district_id, given_name="Luis")
    GuardianshipFactory(student=here.family.student, guardian=father, priority=2)
    point = ContactPointFactory(guardian=father)
    db.session.commit()
    values = {"individual-ids": [str(father.uuid)], "message": "Luis only"}
    assert here.client.ask("createBulkMessage", sent("messaging-bulk-messages", values)).status_code == 201
    assert [each.address for each in leaves()] == [point.address]


def test_who_may_not_send_alone_waits_for_approval(here: CourierHouse) -> None:
    values = {"individual-ids": [str(here.family.student.uuid)], "message": "Hello"}
    answer = here.teacher.ask("createBulkMessage", sent("messaging-bulk-messages", values))
    shown = answer.json["data"]["attributes"]
    assert (answer.status_code, shown["draft"], shown["posted-time"]) == (201, False, None)
    assert db.session.scalars(select(Announcement.state)).one() == AnnouncementState.AWAITING_APPROVAL
    assert leaves() == []
    other = {"sender-individual-id": str(here.family.teacher.uuid)}
    mine = here.client.ask("createBulkMessage", sent("messaging-bulk-messages", values | other)).json["data"]["attributes"]
    assert mine["created-by"] == str(here.family.teacher.uuid)
    assert here.with_scopes(Scope.SEND_TEXTS).ask("createBulkMessage", sent("messaging-bulk-messages", values)).status_code == 403


def test_what_is_refused_leaves_nothing_behind(here: CourierHouse) -> None:
    unknown = family()
    db.session.commit()
    for wrong, status in (
        ({"message": "Hello $Nonsense$"}, 400),
        ({"message": "  "}, 400),
        ({"auto-ack": "all"}, 400),
        ({"individual-group-ids": [str(unknown.section.uuid)]}, 404),
        ({"individual-ids": [str(unknown.guardian.uuid)]}, 404),
        ({"sender-individual-group-id": str(uuid4())}, 404),
    ):
        assert bulk(here, **wrong).status_code == status, wrong
    assert db.session.scalars(select(BulkMessage)).all() == []
    assert db.session.scalars(select(Announcement)).all() == []


def test_no_bulk_message_goes_past_consent_records_or_the_night(here: CourierHouse, school_time: time_machine.Traveller) -> None:
    school_time.move_to(NIGHT)
    assert bulk(here).status_code == 201
    plan = db.session.scalars(select(Announcement.plan)).one()
    assert [each["people"] for each in plan["channels"]["sms"]["held"]] == [1], "the night holds it"
    assert len(leaves()) == 1
    db.session.execute(Guardianship.__table__.update().values(may_contact=False))
    db.session.commit()
    assert bulk(here).status_code == 400, "nobody may be written to"
    db.session.execute(Guardianship.__table__.update().values(may_contact=True))
    db.session.commit()
    point = here.family.contact_point
    with transaction():
        record_consent(point.district_id, point.address, ALL_SENDERS, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    words = {"template-id": str(template(here, "Hello").uuid), "template-data": {}}
    assert bulk(here).json["errors"][0]["code"] == "nobody_to_reach"
    assert here.client.ask("multicastToIndividual", words, id=here.family.guardian.uuid).status_code == 400
    assert here.client.ask("createUserMulticast", words | {"individual-ids": [str(here.family.student.uuid)]}).status_code == 400
    values = {"organization-id": str(here.family.school.uuid), "template-id": words["template-id"], "filter-type": "all-participants"}
    assert here.client.ask("createMulticast", sent("multicasts", values)).status_code == 400
    assert len(leaves()) == 1, "what was held before"


def template(here: CourierHouse, words: str = "$Event$ is at $Place$, $FirstName|dear family$.") -> Announcement:
    """A template of the school."""
    admin = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[here.family.school])
    db.session.commit()
    draft = Draft(
        title="Event", school_id=here.family.school.id, audience={"students": [here.family.student.id]},
        texts=(DraftText("sms", "en", words),),
    )  # fmt: skip
    return announcements.keep_as_template(admin, announcements.create(admin, draft).id)


def test_a_multicast_fills_a_template_for_an_audience(here: CourierHouse) -> None:
    kept = template(here)
    school = str(here.family.school.uuid)
    values = {
        "organization-id": school, "template-id": str(kept.uuid), "filter-type": "all-participants",
        "data": {"event": "The fair", "Place": 12},
    }  # fmt: skip
    answer = here.client.ask("createMulticast", sent("multicasts", values))
    assert (answer.status_code, answer.json["data"]["attributes"]["template-id"]) == (201, str(kept.uuid))
    (delivery,) = leaves()
    assert "The fair is at 12, Rosa." in delivery.content.body
    group = str(here.family.section.uuid)
    by_group = values | {"template-id": "event", "filter-type": "individual-groups", "filter-value": {"individual-group-ids": [group]}}
    second = here.client.ask("createMulticast", sent("multicasts", by_group)).json["data"]
    more = {"include-individual-group": "true", "include-individual-ids": "true"}
    shown = here.client.ask("getMulticast", id=second["id"], query=more).json["data"]["attributes"]
    assert (shown["individual-group"]["name"], shown["individual-ids"]) == (here.family.section.name, [])
    for query in ({"individual-group-id": group}, {"template-id": "event"}):
        assert [each["id"] for each in here.client.ask("listMulticasts", query=query).json["data"]] == [second["id"]]
    assert here.client.ask("listMulticasts", query={"filter[cmp-created-at]": "<2001-01-01T00:00:00Z"}).json["data"] == []
    colleagues = values | {"filter-type": "all-providers"}
    assert here.client.ask("createMulticast", sent("multicasts", colleagues)).status_code in {201, 400}
    for wrong, status in (
        ({"template-id": "nothing"}, 404),
        ({"template-id": str(uuid4())}, 404),
        ({"data": {}}, 400),
        ({"data": {"Event": "$FirstName$", "Place": "x"}}, 400),
        ({"data": {"Event": ["x"], "Place": "x"}}, 400),
        ({"filter-type": "individuals"}, 400),
        ({"filter-type": "individuals", "filter-value": {"individual-ids": ["x"]}}, 400),
        ({"organization-id": str(uuid4())}, 404),
    ):
        assert here.client.ask("createMulticast", sent("multicasts", values | wrong)).status_code == status, wrong
    drafts = select(Announcement).where(Announcement.state == AnnouncementState.DRAFT, ~Announcement.is_template)
    assert [each.author_id for each in db.session.scalars(drafts)] == [kept.author_id], "what the template was made of, and no more"


def test_named_people_get_a_template_and_a_rehearsal_sends_nothing(here: CourierHouse) -> None:
    kept = template(here)
    words = {"template-id": str(kept.uuid), "template-data": {"Event": "The play", "Place": "the gym"}}
    before = len(db.session.scalars(select(Announcement)).all())
    teacher = here.family.teacher
    teacher.phone = "+15035550100"
    db.session.commit()
    dry = {
        "template-id": str(kept.uuid), "data": {"Event": "x", "Place": "y"}, "individual-id": str(here.program.uuid),
        "organization-id": str(here.family.school.uuid),
    }  # fmt: skip
    assert here.client.ask("validateMulticastParams", dry, id=teacher.uuid).json["success"] is True
    failed = here.client.ask("validateMulticastParams", dry | {"data": {}}, id=teacher.uuid).json
    assert (failed["success"], "Event" in failed["info"]) == (False, True)
    assert len(db.session.scalars(select(Announcement)).all()) == before
    ticket = here.client.ask("multicastToIndividual", words, id=here.family.guardian.uuid)
    assert ticket.status_code == 201
    sent_one = db.session.scalars(select(Announcement).where(Announcement.uuid == UUID(ticket.json["task-id"]))).one()
    assert sent_one.state == AnnouncementState.SCHEDULED
    both = {"individual-ids": [str(here.family.student.uuid)], "individual-group-ids": [str(here.family.section.uuid)]}
    assert here.client.ask("createUserMulticast", words | both).status_code == 201
    school = str(here.family.school.uuid)
    to_user = {"template-id": str(kept.uuid), "data": {"Event": "x", "Place": "y"}, "organization-id": school}
    answer = here.client.ask("multicastToUser", to_user, id=teacher.uuid)
    assert answer.status_code == 201, answer.json
    listed = here.client.ask("listUserMulticasts", query={"individual-id": str(here.program.uuid)}).json
    assert listed["meta"]["page[total]"] == len(db.session.scalars(select(Multicast)).all()) == 3
    bodies = [each.content.body for each in leaves()]
    assert "The play is at the gym, Rosa." in " ".join(bodies), bodies


def test_saved_replies_are_templates_too(here: CourierHouse) -> None:
    admin = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[here.family.school])
    db.session.commit()
    threads.create_saved_reply(admin, shortcut="late", title="Late", body="Buses are late, $FirstName$.", school_id=here.family.school.id)
    words = {"template-id": "/late", "template-data": {}}
    assert here.client.ask("multicastToIndividual", words, id=here.family.student.uuid).status_code == 201
    assert "Buses are late, Rosa." in leaves()[0].content.body


def test_another_districts_broadcasts_are_unknown(app: Flask, here: CourierHouse) -> None:
    there = courier_house(app)
    number = bulk(here, draft=True).json["data"]["id"]
    assert there.client.ask("getBulkMessage", id=number).status_code == 404
    values = sent("messaging-bulk-messages", {"message": "x"}, number)
    assert there.client.ask("updateBulkMessage", values, id=number).status_code == 404
    assert here.teacher.ask("getBulkMessage", id=number).status_code == 404, "a draft of somebody else"
    assert there.client.ask("listBulkAttachments", query={"bulk-message-id": number}).status_code == 404
    attachment = {"bulk-message-id": number, "content-type": "image/png"}
    assert there.client.ask("createBulkAttachment", sent("messaging-bulk-attachments", attachment)).status_code == 404
    assert there.client.ask("getMulticast", id=uuid4()).status_code == 404
    kept = template(here)
    words = {"template-id": str(kept.uuid), "template-data": {}}
    assert there.client.ask("multicastToIndividual", words, id=here.family.guardian.uuid).status_code == 404
    assert there.client.ask("multicastToIndividual", words, id=there.family.guardian.uuid).status_code == 404
