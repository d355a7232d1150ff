"""Bearers, keys, messaging services and conversations, as programs manage them."""

from flask import Flask
from sqlalchemy import select

from app.accounts.models import AuditEvent, BearerType
from app.conversations.models import Participant
from app.core.database import db
from app.directory.models import ConsentKind, ConsentSource, PhoneNumber
from app.directory.service.consent import record_consent
from app.webhooks.models import WebhookEndpoint
from app.webhooks.signing_secrets import unseal_basic
from tests.api.client import ApiClient
from tests.api.common_services.programs import HOOK, Program, face, program
from tests.conversations.arrivals import arrives
from tests.factories import PhoneNumberFactory, family

MODERATOR = {"number": "+15035550190", "role": "moderator", "name": "Ms. Lee"}
SID = f"MG{'a' * 32}"


def test_an_admin_manages_bearers_and_keys(app: Flask) -> None:
    people = family()
    admin, stranger = program(app, people, BearerType.ADMIN), program(app, family(), BearerType.ADMIN)
    body = {"bearer_name": "Bus app", "bearer_type": "Application", "callback_url": HOOK, "username": "bus", "password": "secret"}
    made = admin.ask("createBearer", body, 201)
    assert made.pop("callback_secret").startswith("whsec_")
    assert admin.ask("createBearer", {**body, "callback_url": "http://10.0.0.1/"}, 422)["error"]["code"] == "unsafe_address"
    key = admin.ask("adminCreateApiKey", {"bearer_id": made["id"]}, 201)
    bus = Program(ApiClient(app, face, key["token"]), admin.bearer)
    assert bus.ask("getCurrentBearer") == made
    assert bus.ask("updateCurrentBearer", {"bearer_name": "Buses"})["bearer_name"] == "Buses"
    second = bus.ask("createApiKey", None, 201)
    assert {each["id"] for each in bus.ask("listApiKeys")} == {key["id"], second["id"]}
    assert "token" not in bus.ask("listApiKeys")[0]
    for operation in ("listBearers", "adminListApiKeys"):
        bus.ask(operation, status=403)
    assert {each["id"] for each in admin.ask("listBearers")} == {made["id"], admin.bearer.id}
    assert len(admin.ask("adminListApiKeys")) == 3
    stranger.ask("deleteBearer", id=made["id"], status=404)
    stranger.ask("adminDeleteApiKey", id=key["id"], status=404)
    stranger.ask("updateBearer", {"bearer_name": "Mine"}, id=made["id"], status=404)
    bus.ask("deleteApiKey", id=second["id"] + 100, status=404)
    bus.ask("deleteApiKey", id=second["id"], status=204)
    bus.ask("deleteApiKey", id=second["id"], status=404)
    assert admin.ask("updateBearer", {"bearer_type": "User"}, id=made["id"])["bearer_type"] == "User"
    admin.ask("deleteBearer", id=made["id"], status=204)
    bus.ask("getCurrentBearer", status=403)
    admin.ask("adminCreateApiKey", {"bearer_id": made["id"]}, 422)
    assert "bearer.deleted" in set(db.session.scalars(select(AuditEvent.action)))


def test_a_key_makes_none_that_opens_more(app: Flask) -> None:
    reader = program(app, family(), scopes=["read_texts"])
    made = reader.ask("createApiKey", None, 201)
    other = Program(ApiClient(app, face, made["token"]), reader.bearer)
    other.text("+15035550177", status=403)
    other.ask("listMessagingServices")


def test_keys_made_by_a_key_are_few_narrow_and_end_with_it(app: Flask) -> None:
    people = family()
    admin, reader = program(app, people, BearerType.ADMIN), program(app, people, scopes=["read_people"])
    wide = admin.ask("adminCreateApiKey", {"bearer_id": reader.bearer.id}, 201)
    leaked = reader.ask("listApiKeys")[0]["id"]
    reader.ask("deleteApiKey", id=wide["id"], status=403)
    made = [reader.ask("createApiKey", None, 201) for _ in range(19)]  # the admin's program made the twentieth
    assert reader.ask("createApiKey", None, 403)["error"]["code"] == "too_many_keys"
    reader.ask("deleteApiKey", id=made.pop()["id"], status=204)
    child = Program(ApiClient(app, face, made[0]["token"]), reader.bearer)
    grandchild = Program(ApiClient(app, face, child.ask("createApiKey", None, 201)["token"]), reader.bearer)
    grandchild.ask("deleteApiKey", id=made[0]["id"], status=204)  # changes over: takes its place
    child.ask("getCurrentBearer", status=403)
    grandchild.ask("getCurrentBearer")
    admin.ask("adminDeleteApiKey", id=leaked, status=204)
    for token in (made[1]["token"], grandchild.client.token):
        Program(ApiClient(app, face, token), reader.bearer).ask("getCurrentBearer", status=403)
    assert [one["id"] for one in Program(ApiClient(app, face, wide["token"]), reader.bearer).ask("listApiKeys")] == [wide["id"]]


def test_a_callback_moves_by_who_may_and_leaves_its_password_behind(app: Flask) -> None:
    people, evil = family(), "https://evil.example.test/all"
    reader = program(app, people, scopes=["read_people"])
    reader.ask("updateCurrentBearer", {"callback_url": evil}, 403)
    assert reader.ask("updateCurrentBearer", {"callback_url": HOOK, "bearer_name": "Bells"})["callback_url"] == HOOK
    teacher = program(app, people, person=people.teacher)
    assert teacher.ask("updateCurrentBearer", {"callback_url": evil})["callback_url"] == evil
    sis = program(app, people)
    phone = people.contact_point.address
    record_consent(people.school.district_id, phone, people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()  # so that there are news at once: it failed
    for url, basic in ((f"{HOOK}/one", ("sis", "secret")), (evil, None), ("https://sis.example.test:8443/", None)):
        sis.text(phone, callback_url=url)
        assert (url, _password_at(url, sis)) == (url, basic)
    sis.ask("updateCurrentBearer", {"callback_url": "HTTPS://SIS.example.test:443/new"})
    sis.text(phone, client_conversation_id="c-2")
    assert _password_at("https://SIS.example.test:443/new", sis) == ("sis", "secret")
    sis.ask("updateCurrentBearer", {"callback_url": evil})
    sis.text(phone, client_conversation_id="c-3")
    assert _password_at(evil, sis) is None
    admin = program(app, people, BearerType.ADMIN)
    admin.ask("updateBearer", {"callback_url": HOOK, "username": "sis", "password": "new"}, id=sis.bearer.id)
    sis.text(phone, client_conversation_id="c-4")
    assert _password_at(HOOK, sis) == ("sis", "new")


def _password_at(url: str, sis: Program) -> tuple[str, str] | None:
    assert url in {told for _kind, told, _payload in sis.told()}
    wanted = select(WebhookEndpoint.basic).where(WebhookEndpoint.url == url, WebhookEndpoint.bearer_id == sis.bearer.id)
    return unseal_basic(db.session.scalars(wanted).one())


def test_messaging_services_and_their_numbers(app: Flask) -> None:
    people = family()
    admin = program(app, people, BearerType.ADMIN)
    body = {
        "twilio_messaging_sid": SID, "global_customer_id": "district-7",
        "twilio_numbers_attributes": [
            {"number": "+15035550111", "state_code": "OR"}, {"number": "+15035550112", "announcement_number": True},
        ],
    }  # fmt: skip
    made = admin.ask("adminCreateMessagingService", body, 201)
    assert [(one["number"], one["state_code"], one["announcement_number"]) for one in made["twilio_numbers"]] == [
        ("+15035550111", "OR", False), ("+15035550112", None, True),
    ]  # fmt: skip
    admin.ask("adminCreateMessagingService", body, 422)
    assert admin.ask("listMessagingServices") == [made]
    assert admin.ask("getMessagingService", uuid=made["uuid"]) == made
    assert admin.ask("getMessagingServiceByTwilioMessagingSid", query={"twilio_messaging_sid": SID}) == made
    assert admin.ask("getMessagingServiceByGlobalCustomerId", query={"global_customer_id": "district-7"}) == made
    change = {"name": "Main", "bandwidth_messaging_sid": "bw-1", "twilio_numbers_attributes": [{"number": people.number.address}]}
    changed = admin.ask("patchMessagingService", change, uuid=made["uuid"])
    assert {one["number"] for one in changed["twilio_numbers"]} == {"+15035550111", "+15035550112", people.number.address}
    assert admin.ask("putMessagingService", {"name": "Main"}, uuid=made["uuid"]) == changed
    assert admin.ask("getMessagingServiceByName", query={"name": "Main"}) == changed
    assert admin.ask("getMessagingServiceByBandwidthMessagingSid", query={"bandwidth_messaging_sid": "bw-1"}) == changed
    admin.ask("getMessagingServiceByName", query={"name": "Other"}, status=404)
    plain = {"bandwidth_messaging_sid": "bw-2", "twilio_messaging_sid": f"MG{'b' * 32}", "global_customer_id": "district-8"}
    assert admin.ask("createMessagingService", plain, 201)["name"] is None
    stranger, clerk = program(app, family(), BearerType.ADMIN), program(app, people, schools=[people.school], scopes=None)
    stranger.ask("getMessagingService", uuid=made["uuid"], status=404)
    stranger.ask("patchMessagingService", {"name": "Mine"}, uuid=made["uuid"], status=404)
    taken = {**body, "twilio_messaging_sid": f"MG{'c' * 32}"}
    stranger.ask("adminCreateMessagingService", taken, 422)
    clerk.ask("createMessagingService", plain, 403)
    sent = admin.text(people.contact_point.address, messaging_service_sid=SID)
    speaks = admin.ask("getMessage", uuid=sent["message_uuid"])["sender_number"]
    pool = db.session.scalars(select(PhoneNumber.messaging_service_id).where(PhoneNumber.address == speaks)).one()
    assert pool == made["id"]


def test_conversations_by_all_their_names(app: Flask) -> None:
    people = family()
    second = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    sis, other = program(app, people), program(app, people)
    phone = people.contact_point.address
    wanted = {
        "client_conversation_id": "teacher-1", "application_name": "SIS", "callback_url": "https://sis.example.test/talks",
        "near_lat_long": "45.5,-122.6", "participants": [{"number": phone}, MODERATOR],
    }  # fmt: skip
    made = sis.ask("createConversation", {"conversation": wanted}, 201)
    contact, moderator = made["participants"]
    assert (contact["provider_number"] in {people.number.address, second.address}, contact["blocked"], moderator["role"]) == (
        True, False, "moderator",
    )  # fmt: skip
    assert moderator["provider_number"] is None
    sis.ask("createConversation", {"conversation": wanted}, 422)
    again = other.ask("createConversation", {"conversation": wanted}, 201)
    assert again["participants"][0]["provider_number"] != contact["provider_number"]
    names = {
        "updateConversationById": {"id": made["id"]},
        "updateConversationByClientConversationId": {"client_conversation_id": "teacher-1"},
        "updateConversationByGlobalId": {"global_id": made["global_id"]},
        "updateConversationByInternalConversationId": {"internal_conversation_id": made["internal_conversation_id"]},
    }
    for number, (operation, path) in enumerate(names.items()):
        url = f"https://sis.example.test/{number}"
        changed = sis.ask(operation, {"conversation": {"callback_url": url}}, **path)
        assert (changed["id"], changed["callback_url"]) == (made["id"], url)
        if operation != "updateConversationByClientConversationId":
            other.ask(operation, {"conversation": {"callback_url": url}}, status=404, **path)
    sis.ask("updateConversationById", {"conversation": {"participants": [{"number": "call me"}]}}, 422, id=made["id"])
    place = db.session.scalars(select(Participant).where(Participant.phone_number_id.is_not(None)).order_by(Participant.id)).first()
    assert place is not None
    ours = db.session.get_one(PhoneNumber, place.phone_number_id)
    arrives(phone, ours, "Hello")
    assert [url for _kind, url, _payload in sis.told()] == ["https://sis.example.test/3"]
    other.ask("deactivateConversationParticipant", {"participant": {"number": phone}}, 404, conversation_id=made["id"])
    other.ask("deactivateParticipant", {"participant": {"id": contact["id"]}}, 422)
    sis.ask("deactivateConversationParticipantPut", {"participant": {"number": "+15035550001"}}, 422, conversation_id=made["id"])
    sis.ask("deactivateConversationParticipantPost", {"participant": {"id": contact["id"]}}, 204, conversation_id=made["id"])
    ended = sis.ask("updateConversationById", {"conversation": {"application_name": "SIS"}}, id=made["id"])
    assert ended["participants"][0]["pairing_deactivated_at"] is not None
    arrives(phone, ours, "Anybody?")
    assert [payload["client_conversation_id"] for _kind, _url, payload in sis.told()] == []
    sis.text(phone, client_conversation_id="teacher-1", application_name="SIS")
    shown = sis.ask("updateConversationById", {"conversation": {"application_name": "SIS"}}, id=made["id"])
    assert shown["participants"][0]["pairing_deactivated_at"] is None
    sis.ask("deactivateParticipant", {"participant": {"number": phone, "client_conversation_id": "nothing"}}, 404)
    sis.ask("deactivateParticipantPut", {"participant": {"number": phone, "global_id": made["global_id"]}}, 204)
    sis.ask("deactivateParticipantPost", {"participant": {"number": phone}}, 204)
