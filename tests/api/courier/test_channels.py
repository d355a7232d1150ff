"""Channels: opened, found, shaped, put away, and the texts that leave through them."""

from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.api.courier.face import face
from app.conversations.models import Conversation, ConversationKind
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource
from app.directory.service.consent import record_consent
from tests.api.client import ApiClient
from tests.api.courier.house import courier_house, sent
from tests.conversations.arrivals import arrives
from tests.factories import EnrollmentFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, api_bearer, family


def opened(client: Any, people: Any, **more: Any) -> dict[str, Any]:
    """The channel of a family."""
    values = {"organization-id": str(people.school.uuid), "individual-ids": [str(people.guardian.uuid)]} | more
    answer = client.ask("createChannel", sent("messaging-channels", values))
    assert answer.status_code == 201, answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def test_a_channel_with_one_guardian_is_their_conversation(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    db.session.commit()
    channel = opened(here.client, people, label="Bus 3", **{"event-settings": {"enabled": True}})
    shown = channel["attributes"]
    assert (shown["subscription-type"], shown["name"], shown["label"]) == ("single", people.guardian.full_name, "Bus 3")
    assert (shown["with-sms"], shown["can-enable-sms"], shown["archived"]) == (True, True, False)
    assert shown["org-id"] == str(people.school.uuid)
    assert {each["id"] for each in shown["subscribers"]} == {str(people.guardian.uuid), str(here.program.uuid)}
    assert opened(here.client, people, label="Bus 3")["id"] == channel["id"], "there is one"
    assert opened(here.teacher, people)["id"] != channel["id"], "the teacher has her own"
    talk = db.session.scalars(select(Conversation).where(Conversation.uuid == UUID(channel["id"]))).one()
    assert (talk.kind, talk.guardian_id) == (ConversationKind.DIRECT, people.guardian.id)
    by_child = opened(here.client, people, **{"individual-ids": [str(people.student.uuid)]})
    assert by_child["id"] == channel["id"], "a child's main contact is written to"


def test_a_channel_of_a_class_has_its_families_and_follows_no_single_choice(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    other = family(people.school, people.teacher)
    EnrollmentFactory(section_id=people.section.id, student_id=other.student.id)
    db.session.commit()
    group = {"organization-id": str(people.school.uuid), "individual-group-id": str(people.section.uuid)}
    answer = here.client.ask("createChannel", sent("messaging-channels", group))
    shown = answer.json["data"]["attributes"]
    assert (answer.status_code, shown["subscription-type"], shown["name"]) == (201, "none", people.section.name)
    families = {str(people.guardian.uuid), str(other.guardian.uuid)}
    assert families <= {each["id"] for each in shown["subscribers"]}
    number = answer.json["data"]["id"]
    one = here.client.ask("getChannel", id=number, query={"include-individual-group": "true"}).json["data"]["attributes"]
    assert one["individual-group"]["individuals-count"] == 2
    stranger = family(people.school)
    for action in ("subscribeToChannel", "unsubscribeFromChannel"):
        assert here.client.ask(action, {"individual-ids": [str(stranger.guardian.uuid)]}, id=number).status_code == 409
    floating = here.client.ask("createChannel", sent("messaging-channels", group | {"floating": True})).json["data"]["id"]
    grown = here.client.ask("subscribeToChannel", {"individual-ids": [str(stranger.guardian.uuid)]}, id=floating)
    assert str(stranger.guardian.uuid) in {each["id"] for each in grown.json["data"]["attributes"]["subscribers"]}
    shrunk = here.client.ask("unsubscribeFromChannel", {"individual-ids": [str(stranger.guardian.uuid)]}, id=floating)
    assert str(stranger.guardian.uuid) not in {each["id"] for each in shrunk.json["data"]["attributes"]["subscribers"]}
    found = here.client.ask("listChannels", query={"filter[individual-group-id]": str(people.section.uuid), "filter[floating]": "false"})
    assert [each["id"] for each in found.json["data"]] == [number]


def test_a_channel_is_shaped_by_replacements_all_or_none(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.client, people)["id"]
    ours = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    db.session.commit()

    def change(*steps: tuple[str, Any]) -> Any:
        replacements = [{"op": "replace", "path": path, "value": value} for path, value in steps]
        return here.client.ask("updateChannel", sent("messaging-channels", replacements, number), id=number)

    changed = change(("/label", "Mondays"), ("/event-settings/enabled", True), ("/text-number-id", str(ours.uuid)))
    shown = changed.json["data"]["attributes"]
    assert (shown["label"], shown["event-settings"], shown["text-number"]) == ("Mondays", {"enabled": True}, {"id": str(ours.uuid)})
    assert change(("/label", None), ("/subscription-type", "open")).status_code == 409
    assert here.client.ask("getChannel", id=number).json["data"]["attributes"]["label"] == "Mondays"
    assert change(("/label", None)).json["data"]["attributes"]["label"] is None
    assert change(("/subscription-type", "single")).status_code == 200
    for path, value in (
        ("/label", 3),
        ("/event-settings/enabled", "x"),
        ("/subscription-type", "x"),
        ("/text-number-id", "x"),
        ("/name", ""),
    ):
        assert change((path, value)).status_code == 400, path
    assert change(("/name", "Rosa")).status_code == 403, "a guardian's conversation has the guardian's name"
    assert change(("/text-number-id", str(uuid4()))).status_code == 404
    elsewhere = SchoolFactory(district_id=people.school.district_id)
    theirs = PhoneNumberFactory(district_id=people.school.district_id, school_id=elsewhere.id)
    db.session.commit()
    replaced = sent("messaging-channels", [{"op": "replace", "path": "/text-number-id", "value": str(theirs.uuid)}], number)
    _bearer, narrow = api_bearer(people.school.district_id, schools=[people.school])
    assert ApiClient(app, face, narrow).ask("updateChannel", replaced, id=number).status_code == 404, "another school's number"
    other = sent("messaging-channels", [{"op": "replace", "path": "/label", "value": "x"}], uuid4())
    assert here.client.ask("updateChannel", other, id=number).status_code == 400, "two ids"


def test_people_and_their_wishes_are_kept_for_each_person(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    added = here.teacher.ask("subscribeToChannel", {"individual-ids": [str(colleague.uuid)]}, id=number)
    assert added.status_code == 201
    hers = here.of(colleague)
    assert hers.ask("getChannel", id=number).json["data"]["attributes"]["caller-has-new-message"] is True
    values = {"values": [{"name": "notify", "value": "false"}, {"name": "pin", "value": "true"}]}
    shown = hers.ask("setChannelPreferences", values, id=number).json["data"]["attributes"]["subscribers"]
    mine = next(each for each in shown if each["id"] == str(colleague.uuid))
    assert (mine["pinned"], mine["communication-preferences"]) == (True, {"notify": False})
    assert hers.ask("setChannelPreferences", {"values": [{"name": "pin", "value": "maybe"}]}, id=number).status_code == 400
    profile = {"individual-id": str(colleague.uuid), "profile-individual-id": str(people.guardian.uuid)}
    assert hers.ask("getChannelProfile", id=number, query=profile).json["data"]["attributes"] == {"photo": None}
    assert hers.ask("getChannelProfile", id=number, query=profile | {"profile-individual-id": str(uuid4())}).status_code == 404
    assert hers.ask("unsubscribeFromChannel", {}, id=number).status_code == 201
    assert hers.ask("getChannel", id=number).status_code == 404, "who has left sees it no more"
    assert here.teacher.ask("unsubscribeFromChannel", {}, id=number).status_code == 403, "it is hers"


def test_channels_are_put_away_and_found(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    other = family(people.school, people.teacher)
    db.session.commit()
    second = opened(here.teacher, other)["id"]
    assert here.teacher.ask("archiveChannel", {}, id=number).json["data"]["attributes"]["archived"] is True

    def found(**query: Any) -> list[str]:
        return [each["id"] for each in here.teacher.ask("listChannels", query=query).json["data"]]

    assert found(**{"filter[archived]": "true"}) == [number]
    assert found(**{"filter[archived]": "false"}) == [second]
    assert found(**{"participant-id": str(other.guardian.uuid)}) == [second]
    assert found(**{"organization-id": str(people.school.uuid), "page[limit]": 1, "page[offset]": 1}) == [number]
    assert found(**{"filter[cmp-last-modified-time]": [">=2000-01-01T00:00:00Z", "<2001-01-01T00:00:00Z"]}) == []
    assert here.teacher.ask("listChannels", query={"filter[cmp-last-modified-time]": ">=yesterday"}).status_code == 400
    assert here.teacher.ask("unarchiveChannel", {}, id=number).json["data"]["attributes"]["archived"] is False
    assert set(found()) == {number, second}


def test_the_texts_of_a_channel_are_switched_off_and_on_with_a_first_one(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    number = opened(here.teacher, people)["id"]
    assert here.teacher.ask("setChannelSms", {"active": False}, id=number).json["data"]["attributes"]["with-sms"] is False
    message = sent("messaging-messages", {"channel-id": number, "message": "Hello"})
    assert here.teacher.ask("createMessage", message).status_code == 400, "nobody would get it"
    first = {"active": True, "initial-message": "We are back", "initial-message-js": {"en_US": "We are back", "es_US": "Hemos vuelto"}}
    assert here.teacher.ask("setChannelSms", first, id=number).json["data"]["attributes"]["with-sms"] is True
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.address, delivery.content.body) == (people.contact_point.address, "Hemos vuelto")
    here.teacher.ask("setChannelSms", {"active": False}, id=number)
    with transaction():
        record_consent(people.school.district_id, people.contact_point.address, ALL_SENDERS, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    refused = here.teacher.ask("setChannelSms", first, id=number)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "opted_out")
    assert here.teacher.ask("getChannel", id=number).json["data"]["attributes"]["with-sms"] is False, "all or nothing"


def test_who_acts_may_do_no_more_than_the_key(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)
    away = StaffFactory(schools=[people.school], status="deactivated")
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    named = {"individual-id": str(people.teacher.uuid)}
    assert here.client.ask("listChannels", query=named).status_code == 200
    assert here.teacher.ask("listChannels", query={"individual-id": str(admin.uuid)}).status_code == 404, "another scope"
    refused = here.teacher.ask("listChannels", query={"individual-id": str(colleague.uuid)})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (403, "individual_not_allowed")
    other_program = courier_house(app, people).program
    for nobody in (away.uuid, family().teacher.uuid, uuid4(), other_program.uuid):
        assert here.client.ask("listChannels", query={"individual-id": str(nobody)}).status_code == 404


def test_another_districts_channels_are_unknown(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    number = opened(here.client, here.family)["id"]
    reads = ("getChannel",)
    for name in reads:
        assert there.client.ask(name, id=number).status_code == 404
    for name in ("archiveChannel", "unarchiveChannel", "subscribeToChannel", "unsubscribeFromChannel"):
        assert there.client.ask(name, {}, id=number).status_code == 404
    assert there.client.ask("setChannelSms", {"active": False}, id=number).status_code == 404
    values = {"organization-id": str(there.family.school.uuid), "individual-ids": [str(here.family.guardian.uuid)]}
    assert there.client.ask("createChannel", sent("messaging-channels", values)).status_code == 404
    assert there.client.ask("listChannels").json["data"] == []
    assert there.client.ask("listChannels", query={"participant-id": str(here.family.guardian.uuid)}).json["data"] == []
    assert here.with_scopes(Scope.READ_TEXTS).ask("archiveChannel", {}, id=number).status_code == 403


def test_what_organizations_prefer_counts_in_their_channels(app: Flask) -> None:
    here = courier_house(app, scopes=Scope)
    people = here.family
    other = family(people.school, people.teacher)
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    whose = {"organization-id": str(people.school.uuid)}
    for name, value in (("group-provider-ack", "true"), ("default-channel-title", "Families"), ("initial-sms-message", "Welcome.")):
        wanted = sent("org-preferences", whose | {"name": name, "type": "string", "value": value})
        assert here.client.ask("setOrgPreference", wanted).status_code == 201
    number = opened(here.teacher, people)["id"]
    here.teacher.ask("subscribeToChannel", {"individual-ids": [str(colleague.uuid)]}, id=number)
    arrives(people.contact_point.address, people.number, "Hola")
    hers = here.of(colleague)
    assert hers.ask("getChannel", id=number).json["data"]["attributes"]["caller-new-message-count"] >= 1
    newest = here.teacher.ask("listMessages", query={"channel-id": number}).json["data"][0]["id"]
    here.teacher.ask("acknowledgeMessage", {}, id=newest)
    shown = hers.ask("getChannel", id=number).json["data"]["attributes"]
    assert (shown["group-provider-ack"], shown["caller-new-message-count"]) == (True, 0)
    both = {"individual-ids": [str(people.guardian.uuid), str(other.guardian.uuid)]}
    assert opened(here.teacher, people, **both)["attributes"]["name"] == "Families"
    here.teacher.ask("setChannelSms", {"active": False}, id=number)
    here.teacher.ask("setChannelSms", {"active": True}, id=number)
    assert "Welcome." in [each.content.body for each in db.session.scalars(select(Delivery))]
