"""Texting by the API: what the acting user sees, what leaves and what does not, and how it is told."""

import io
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.behind import BEARER
from app.accounts.models import Role, Staff
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.api.ringplan.models import RemovedMessage
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationKind, Message, MessageKind, MessageStatus, Participant
from app.core.database import db
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.delivery.models import Delivery
from app.directory.models import ConsentKind, ContactPoint, Guardian, Guardianship
from app.directory.service import record_consent
from tests.api.client import ApiClient
from tests.conversations.conftest import school_time
from tests.core.samples import noise
from tests.factories import ContactPointFactory, GuardianFactory, MessageFactory, StaffFactory, api_key, family, thread
from tests.factories.threads import Family, Thread
from tests.query_counts import count_selects

__all__ = ["school_time"]
PRIMARY = {"X-User-Id": "primary"}
PNG = noise((40, 30))


def acting(staff: Staff) -> dict[str, str]:
    return {"X-User-Id": id24(staff.uuid)}


@pytest.fixture
def people(app: Flask) -> Family:
    return family(given_name="Rosa", family_name="Hernández")


@pytest.fixture
def talk(people: Family) -> Thread:
    return thread(people)


@pytest.fixture
def admin(people: Family) -> Staff:
    return StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)


@pytest.fixture
def api(app: Flask, admin: Staff) -> ApiClient:
    return ApiClient(app, face, api_key(admin.district_id, bearer_type="Admin"), PRIMARY)


@pytest.fixture
def teacher(app: Flask, api: ApiClient, people: Family) -> ApiClient:
    return ApiClient(app, face, api.token, acting(people.teacher))


def deliveries() -> int:
    return db.session.scalar(select(func.count(Delivery.id))) or 0


def test_a_conversation_with_its_messages(teacher: ApiClient, api: ApiClient, talk: Thread, people: Family) -> None:
    inbound = MessageFactory(conversation=talk.conversation, participant_id=talk.guardian.id, search_text="sale el bus")
    MessageFactory(conversation=talk.conversation, kind=MessageKind.NOTE, body="For staff alone", search_text="for staff alone")
    answer = teacher.ask("listConversations")
    [one] = answer.json
    assert (one["conversation_type"], one["contactinfo"]["last_name"], one["unread_msg_count"]) == ("direct", "Hernández", 1)
    assert one["from_number"] == people.number.address.removeprefix("+1")
    assert (one["lastmessage"]["text"], one["lastmessage"]["is_read"]) == (inbound.body, False)
    assert answer.headers["X-Pagination-Total-Count"] == "1"
    where = {"conversation_id": one["id"]}
    [said] = teacher.ask("listMessages", **where).json
    assert (said["direction"], said["frm"], said["to"]) == ("inbound", people.contact_point.address, people.number.address)
    assert (said["is_read"], said["stamp_id"], said["source_conversation_type"]) == (False, None, "direct")
    mark = {**where, "message_id": said["id"]}
    assert teacher.ask("markMessage", {"is_read": True}, **mark).json["is_read"] is True
    assert teacher.ask("listConversations").json[0]["countunreadmessages"] == 0
    assert teacher.ask("markMessage", {"is_read": False}, **mark).json["is_read"] is False
    assert teacher.ask("listConversations").json[0]["countunreadmessages"] == 1
    assert api.ask("listConversations").json[0]["countunreadmessages"] == 0  # she is not in it
    assert [each["id"] for each in teacher.ask("searchConversations", query={"text": "bus"}).json] == [one["id"]]
    assert teacher.ask("searchConversations", query={"text": "alone"}).json == []
    assert teacher.ask("searchConversations").json == []
    assert teacher.ask("markMessage", {"is_read": "yes"}, **mark).status_code == 400


def test_only_the_newest_messages_are_unread_after_one_is_marked(teacher: ApiClient, talk: Thread) -> None:
    for body in ("one", "two", "three"):
        MessageFactory(conversation=talk.conversation, participant_id=talk.guardian.id, body=body)
    where = {"conversation_id": id24(talk.conversation.uuid)}
    newest_first = teacher.ask("listMessages", **where).json
    teacher.ask("markMessage", {"is_read": True}, message_id=newest_first[0]["id"], **where)
    teacher.ask("markMessage", {"is_read": False}, message_id=newest_first[1]["id"], **where)
    assert [(each["text"], each["is_read"]) for each in teacher.ask("listMessages", **where).json] == [
        ("three", False), ("two", False), ("one", True),
    ]  # fmt: skip


def test_a_text_is_published_once_for_a_stamp(teacher: ApiClient, talk: Thread, people: Family) -> None:
    where, stamp = {"conversation_id": id24(talk.conversation.uuid)}, str(uuid4())
    first = teacher.ask("publishMessage", {"text": "The bus leaves at 3.", "stamp_id": stamp}, **where)
    again = teacher.ask("publishMessage", {"text": "The bus leaves at 3.", "stamp_id": stamp}, **where)
    assert (first.status_code, again.status_code, again.json["id"]) == (201, 201, first.json["id"])
    assert (first.json["stamp_id"], first.json["direction"], first.json["to"]) == (stamp, "outbound", people.contact_point.address)
    message = db.session.scalars(select(Message)).one()
    assert (message.staff_id, message.author, str(message.uuid), deliveries()) == (people.teacher.id, people.teacher.shown_name, stamp, 1)
    for other in ({"text": "No, at 4."}, {"text": "The bus leaves at 3.", "files": [{"id": "0" * 24}]}):
        refused = teacher.ask("publishMessage", {**other, "stamp_id": stamp}, **where)
        assert (refused.status_code, "Make a new one" in refused.json["detail"]) == (400, True), other
    another = ApiClient(teacher.app, face, api_key(person=people.teacher), teacher.headers)
    assert another.ask("publishMessage", {"text": "The bus leaves at 3.", "stamp_id": stamp}, **where).status_code == 400
    message.details = {name: value for name, value in message.details.items() if name != BEARER}  # as it was written before an update
    db.session.commit()
    assert teacher.ask("publishMessage", {"text": "The bus leaves at 3.", "stamp_id": stamp}, **where).json["id"] == first.json["id"]
    assert teacher.ask("publishMessage", {"text": "The bus leaves at 4.", "stamp_id": stamp}, **where).status_code == 400
    alike = stamp[:-12] + stamp[-12:-8] + ("0" * 8 if stamp[-8:] != "0" * 8 else "1" * 8)
    assert "first 24 digits" in teacher.ask("publishMessage", {"text": "Hello", "stamp_id": alike}, **where).json["detail"]
    misspelt = teacher.ask("publishMessage", {"text": "With a picture", "file_ids": []}, **where)
    assert (misspelt.status_code, misspelt.json["detail"]) == (400, "body/file_ids: 'file_ids' is not known. Did you mean 'files'?")
    assert teacher.ask("publishMessage", {"text": " "}, **where).status_code == 400
    assert teacher.ask("publishMessage", {"text": "x" * 1601}, **where).status_code == 400
    assert teacher.ask("publishMessage", {}, **where).status_code == 400
    assert deliveries() == 1


def test_pictures_are_uploaded_judged_sent_and_fetched_again(teacher: ApiClient, api: ApiClient, talk: Thread) -> None:
    where = {"conversation_id": id24(talk.conversation.uuid)}
    given = {"file": (io.BytesIO(PNG), "cat.png"), "description": "A cat on a table"}
    up = teacher.ask("uploadFile", form=given)
    assert (up.status_code, up.json["mimetype"], up.json["description"]) == (201, "image/png", "A cat on a table")
    assert up.json["preview"]["base64"]
    assert teacher.ask("downloadFile", file_id=up.json["id"]).data
    assert api.ask("downloadFile", file_id=up.json["id"]).status_code == 404  # an upload is for who made it
    sent = teacher.ask("publishMessage", {"text": "Look", "files": [{"id": up.json["id"]}]}, **where).json
    [file] = sent["files"]
    assert api.ask("downloadFile", file_id=file["id"]).status_code == 200
    assert db.session.scalars(select(Message)).one().channel == "mms"
    assert teacher.ask("publishMessage", {"files": [{"id": "0" * 24}]}, **where).status_code == 400
    for wrong in ({"file": (io.BytesIO(b"MZ\x90\x00" * 20), "cat.png")}, {"file": (io.BytesIO(b""), "cat.png")}, {"description": "x"}):
        assert teacher.ask("uploadFile", form=wrong).status_code == 400
    reader = ApiClient(teacher.app, face, api_key(talk.family.school.district_id, scopes=[Scope.READ_TEXTS]), PRIMARY)
    assert reader.ask("uploadFile", form={"file": (io.BytesIO(PNG), "cat.png")}).status_code == 403


def test_who_said_stop_or_may_not_be_written_to_hears_nothing(teacher: ApiClient, talk: Thread, people: Family) -> None:
    where = {"conversation_id": id24(talk.conversation.uuid)}
    bond = db.session.scalars(select(Guardianship)).one()
    bond.may_contact = False
    refused = teacher.ask("publishMessage", {"text": "Hi"}, **where)
    assert (refused.status_code, "records say not to write" in refused.json["detail"]) == (400, True)
    again = {"contact_id": id24(people.contact_point.uuid), "from_number": people.number.address}
    assert teacher.ask("createConversation", again).status_code == 400
    bond.may_contact = True
    db.session.commit()
    record_consent(people.school.district_id, people.contact_point.address, people.number.consent_scope, ConsentKind.OPTED_OUT, "keyword")
    refused = teacher.ask("publishMessage", {"text": "Hi"}, **where)
    assert (refused.status_code, "opt" in refused.json["detail"].lower()) == (400, True), refused.json
    assert deliveries() == 0


def test_at_night_a_text_waits_for_the_morning(teacher: ApiClient, talk: Thread, school_time: object) -> None:
    school_time.shift(11 * 3600)  # type: ignore[attr-defined]  # nine in the evening
    assert teacher.ask("publishMessage", {"text": "Hi"}, conversation_id=id24(talk.conversation.uuid)).status_code == 201
    message = db.session.scalars(select(Message)).one()
    assert message.is_held
    assert message.due_at is not None
    assert message.due_at > message.created_at


def test_roles_and_districts_hold(app: Flask, teacher: ApiClient, api: ApiClient, talk: Thread, people: Family) -> None:
    where = {"conversation_id": id24(talk.conversation.uuid)}
    message = MessageFactory(conversation=talk.conversation, participant_id=talk.guardian.id)
    viewer = ApiClient(app, face, api.token, acting(StaffFactory(role=Role.VIEWER, schools=[people.school])))
    assert len(viewer.ask("listMessages", **where).json) == 1
    assert viewer.ask("publishMessage", {"text": "Hi"}, **where).status_code == 403
    assert viewer.ask("deleteMessages", query={"ids": id24(message.uuid)}, **where).status_code == 403
    other = ApiClient(app, face, api.token, acting(StaffFactory(role=Role.TEACHER, schools=[people.school])))
    stranger = ApiClient(app, face, api_key(bearer_type="Admin"), PRIMARY)
    for asks in (other, stranger):
        assert asks.ask("listConversations").json == []
        assert asks.ask("listMessages", **where).status_code == 404
        assert asks.ask("publishMessage", {"text": "Hi"}, **where).status_code == 404
        assert asks.ask("deleteConversation", **where).status_code == 404
        assert asks.ask("deleteMessages", query={"ids": id24(message.uuid)}, **where).status_code == 404
        assert asks.ask("markMessage", {"is_read": True}, message_id=id24(message.uuid), **where).status_code == 404
        assert asks.ask("getTextingContact", texting_contact_id=id24(people.contact_point.uuid)).status_code == 404
    assert stranger.ask("setNumberOwners", [], number=people.number.address).status_code == 404
    begin = {"contact_id": id24(people.contact_point.uuid), "from_number": people.number.address}
    assert stranger.ask("createConversation", begin).status_code == 400
    reader = ApiClient(app, face, api_key(people.school.district_id, scopes=[Scope.READ_TEXTS]), PRIMARY)
    assert reader.ask("publishMessage", {"text": "Hi"}, **where).status_code == 403
    assert deliveries() == 0


def test_conversations_begin_from_a_number_of_theirs(teacher: ApiClient, api: ApiClient, people: Family) -> None:
    begin = {"contact_id": id24(people.contact_point.uuid), "from_number": people.number.address}
    made, again = teacher.ask("createConversation", begin), teacher.ask("createConversation", begin)
    assert (made.status_code, again.status_code, again.json["id"]) == (201, 200, made.json["id"])
    assert (made.json["lastmessage"], made.json["last_message_created_at"], made.json["has_direct_msg"]) == (None, None, False)
    assert teacher.ask("createConversation", {**begin, "from_number": "+15035550000"}).status_code == 400
    assert teacher.ask("createConversation", {**begin, "contact_id": "0" * 24}).status_code == 400
    [number] = teacher.ask("listTextingNumbers", query={"numformat": "international"}).json
    assert (number["number"], number["ownership"]) == (people.number.address, [])
    colleague = StaffFactory(role=Role.TEACHER, schools=[people.school])
    owned = api.ask("setNumberOwners", [colleague.email.upper()], number=people.number.address)
    assert owned.json["ownership"] == [colleague.email]
    assert teacher.ask("listTextingNumbers").json == []
    assert teacher.ask("createConversation", begin).status_code == 400
    assert api.ask("setNumberOwners", ["nobody@x.test"], number=people.number.address).status_code == 400
    assert teacher.ask("setNumberOwners", [], number=people.number.address).status_code == 403
    assert api.ask("setNumberOwners", [], number=people.number.address).json["ownership"] == []
    assert len(teacher.ask("listTextingNumbers").json) == 1


def test_contacts_are_people_of_the_records_or_newcomers(teacher: ApiClient, api: ApiClient, people: Family) -> None:
    known = {"number": people.contact_point.address, "first_name": "Somebody", "last_name": "Else"}
    answer = api.ask("createTextingContact", known)
    assert (answer.status_code, answer.json["first_name"]) == (200, "Rosa")
    new = {"number": "503 555 0177".replace(" ", ""), "first_name": "Ana", "last_name": "Lee"}
    made = api.ask("createTextingContact", new)
    assert (made.status_code, made.json["number"], made.json["last_name"]) == (201, "+15035550177", "Lee")
    assert api.ask("createTextingContact", new).status_code == 200
    reader = ApiClient(api.app, face, api_key(people.school.district_id, scopes=[Scope.READ_PEOPLE], bearer_type="Admin"), PRIMARY)
    assert [reader.ask("createTextingContact", each).status_code for each in (known, new)] == [200, 200]
    refused = reader.ask("createTextingContact", {**new, "number": "+15035550179"})
    assert (refused.status_code, "write_people" in refused.json["detail"]) == (403, True)
    texter = ApiClient(api.app, face, api_key(people.school.district_id, scopes=[Scope.SEND_TEXTS], bearer_type="Admin"), PRIMARY)
    assert "“read_people” or “write_people”" in texter.ask("createTextingContact", known).json["detail"]
    assert api.ask("getTextingContact", texting_contact_id=made.json["id"]).json == made.json
    changed = api.ask("updateTextingContact", {**new, "last_name": "Lee-Smith"}, texting_contact_id=made.json["id"])
    assert changed.json["last_name"] == "Lee-Smith"
    kept = api.ask("updateTextingContact", {**known, "first_name": "Rosa María"}, texting_contact_id=id24(people.contact_point.uuid))
    assert (kept.status_code, db.session.get_one(Guardian, people.guardian.id).given_name) == (200, "Rosa María")
    assert [each["last_name"] for each in api.ask("listTextingContacts", query={"search": "lee"}).json] == ["Lee-Smith"]
    assert len(api.ask("listTextingContacts", query={"search": "0177"}).json) == 1
    assert len(teacher.ask("listTextingContacts").json) == 1
    assert teacher.ask("createTextingContact", {**new, "number": "+15035550178"}).status_code == 403
    assert api.ask("createTextingContact", {**new, "number": people.number.address}).status_code == 400
    assert api.ask("createTextingContact", {**new, "number": "123456"}).status_code == 400
    begun = api.ask("createConversation", {"contact_id": made.json["id"], "from_number": people.number.address})
    assert (begun.status_code, begun.json["contactinfo"]["number"]) == (201, "+15035550177")
    assert api.ask("publishMessage", {"text": "Hello"}, conversation_id=begun.json["id"]).status_code == 201
    assert for_people("+15035550177")


def test_what_is_deleted_is_listed_no_more_and_stays_on_record(teacher: ApiClient, api: ApiClient, talk: Thread) -> None:
    where = {"conversation_id": id24(talk.conversation.uuid)}
    MessageFactory(conversation=talk.conversation, participant_id=talk.guardian.id, body="Keep")
    sent = teacher.ask("publishMessage", {"text": "Oops"}, **where).json
    inbound = teacher.ask("listMessages", **where).json[1]
    assert teacher.ask("deleteMessages", query={"ids": ["0" * 24, sent["id"]]}, **where).status_code == 404
    assert teacher.ask("deleteMessages", **where).status_code == 400
    assert teacher.ask("deleteMessages", query={"ids": [sent["id"], inbound["id"]]}, **where).status_code == 204
    assert teacher.ask("listMessages", **where).json == []
    assert api.ask("listMessages", **where).json == []
    assert api.ask("listConversations").json[0]["lastmessage"] is None
    assert db.session.scalar(select(func.count(RemovedMessage.message_id))) == 2
    assert db.session.scalars(select(Message.status).where(Message.kind == MessageKind.OUTBOUND)).one() == MessageStatus.CANCELLED
    assert teacher.ask("deleteConversation", **where).status_code == 204
    assert api.ask("listConversations").json == []
    assert db.session.get_one(Conversation, talk.id).deleted_at is not None


def test_a_group_that_hears_privately_is_a_campaign(teacher: ApiClient, people: Family) -> None:
    other = GuardianFactory(district_id=people.school.district_id)
    second = ContactPointFactory(guardian=other)
    db.session.add(Guardianship(student_id=people.student.id, guardian_id=other.id))
    db.session.commit()
    group = threads.start_group(people.teacher, [people.contact_point.id, second.id], title="Room 4", kind=ConversationKind.EACH)
    threads.send(people.teacher, group.id, "Bring boots.", uuid=new_uuid())
    listed = {each["id"]: each for each in teacher.ask("listConversations").json}
    campaign = listed.pop(id24(group.uuid))
    assert (campaign["conversation_type"], len(campaign["recipients"]), campaign["from_number"]) == ("campaign", 2, "")
    assert campaign["has_direct_msg"] is False
    assert len(listed) == 2
    for one in listed.values():
        assert (one["conversation_type"], one["has_direct_msg"]) == ("direct", False)
        last = one["lastmessage"]
        assert (last["source_conversation_type"], last["campaign_info"]) == ("campaign", {"name": "Room 4"})


def test_pages_cost_the_same_however_long(teacher: ApiClient, talk: Thread, people: Family) -> None:
    for number in range(4):
        MessageFactory(conversation=talk.conversation, participant_id=talk.guardian.id, body=f"{number}")
        kin = family(people.school, people.teacher)
        MessageFactory(conversation=thread(kin).conversation)
    where = {"conversation_id": id24(talk.conversation.uuid)}
    few = count_selects(lambda: teacher.ask("listConversations", query={"per_page": 1}))
    assert count_selects(lambda: teacher.ask("listConversations", query={"per_page": 100})) == few <= 9
    few = count_selects(lambda: teacher.ask("listMessages", query={"per_page": 1}, **where))
    assert count_selects(lambda: teacher.ask("listMessages", query={"per_page": 100}, **where)) == few <= 11
    few = count_selects(lambda: teacher.ask("listTextingContacts", query={"per_page": 1}))
    assert count_selects(lambda: teacher.ask("listTextingContacts", query={"per_page": 100})) == few <= 6
    assert db.session.scalar(select(func.count(Participant.id))) is not None
    assert db.session.scalar(select(func.count(ContactPoint.id))) == 5
