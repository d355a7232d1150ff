"""Announcements to numbers: planned, sent and counted by the room of announcements."""

import json
from collections import defaultdict
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.errors import BearerClosed
from app.accounts.models import BearerType, Staff, StaffStatus
from app.accounts.service import remove_system
from app.announcements.models import Announcement
from app.api.common_services.models import ClientAnnouncement
from app.api.common_services.service import announcements as service
from app.api.common_services.webhook_announcements import follow_recipients
from app.carrier.events import InboundTextRecorded
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from app.directory.models import ConsentKind, ConsentSource, District, Guardianship, Purpose
from app.directory.service.consent import record_consent
from app.webhooks.models import WebhookEvent
from tests.announcements.schools import Campus, campus, moves, run
from tests.api.common_services.programs import HOOK, Program, program
from tests.conversations.arrivals import text_from
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories import MessagingServiceFactory, PhoneNumberFactory, family
from tests.query_counts import statements
from tests.webhooks.conftest import Listen, allow, listen
from tests.webhooks.receiver import Answer

__all__ = ["house", "listen"]
STRANGER, STOPPED = "+15035550166", "+15035550167"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def place(app: Flask) -> Campus:
    return campus()


def wish(place: Campus, *numbers: str, **more: object) -> dict[str, object]:
    return {
        "announcement": {
            "announcement_type": "sms", "message_body": "No school tomorrow.", "recipient_numbers": list(numbers),
            "global_customer_id": str(place.district.uuid), **more,
        }
    }  # fmt: skip


def of_place(app: Flask, place: Campus, kind: BearerType = BearerType.APPLICATION, **more: object) -> Program:
    people = family(place.school)
    return program(app, people, kind, **more)


def test_from_numbers_to_outcomes_and_answers(app: Flask, place: Campus) -> None:
    sis = of_place(app, place)
    place.families(1)
    phone = place.guardians[0].contact_points[0].address
    record_consent(place.district.id, STOPPED, place.numbers[0].consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()
    made = sis.ask("createAnnouncement", wish(place, phone, STRANGER, STOPPED, "(503) 555-0166", "nobody"), 201)
    assert (made["internal_status"], made["recipients_count"], made["failed_count"]) == ("pending", 4, 1)
    before = sis.ask("listAnnouncementRecipients", uuid=made["uuid"])
    assert [each["internal_status"] for each in before] == ["pending", "pending", "pending", "failed"]
    run(until="sending")
    run(20)
    deliveries = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert {each.address for each in deliveries} == {phone, STRANGER}
    assert {each.content.body for each in deliveries} == {"No school tomorrow."}
    for each in deliveries:
        moves(each, "delivered", provider_id=f"SM{each.id:032x}")
    run(20)
    shown = sis.ask("getAnnouncement", uuid=made["uuid"])
    assert (shown["internal_status"], shown["delivered_count"], shown["failed_count"], shown["blocked_count"]) == ("finished", 2, 1, 1)
    after = {each["receiver_number"]: each["internal_status"] for each in sis.ask("listAnnouncementRecipients", uuid=made["uuid"])}
    assert after == {phone: "delivered", STRANGER: "delivered", STOPPED: "blocked", "nobody": "failed"}
    pages = [sis.ask("listAnnouncementRecipients", uuid=made["uuid"], query={"page": n, "per_page": 2}) for n in (1, 2, 3)]
    assert [[each["receiver_number"] for each in page] for page in pages] == [[phone, STRANGER], [STOPPED, "nobody"], []]
    assert sis.client.ask("listAnnouncementRecipients", uuid=made["uuid"], query={"per_page": 2}).headers["X-Total-Count"] == "4"
    assert sis.client.ask("listAnnouncements").headers["X-Total-Count"] == "1"
    told = sis.told()
    assert {kind for kind, _url, _payload in told} == {"announcements.announcement.status_update"}
    assert [payload["announcement"]["internal_status"] for _k, _u, payload in told if payload["recipient"] is None][-1] == "finished"
    reached = [payload["recipient"]["receiver_number"] for _k, _u, payload in told if payload["recipient"]]
    assert sorted(reached) == sorted([phone, STRANGER])
    about: dict[str, set[str]] = defaultdict(set)
    for event in db.session.scalars(select(WebhookEvent)):
        about[event.subject].add((json.loads(event.body)["recipient"] or {}).get("receiver_number", "the whole"))
    assert sorted(map(list, about.values())) == sorted([[phone], [STRANGER], ["the whole"]]), "one's news wait for another's"


def test_news_of_many_cost_what_those_of_one_cost(app: Flask, place: Campus) -> None:
    sis = of_place(app, place)
    sis.ask("createAnnouncement", wish(place, *(f"+150355502{n:02}" for n in range(30))), 201)
    run(40)
    deliveries = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert len(deliveries) == 30
    counted = []
    for some in (deliveries[:1], deliveries[1:]):
        facts = [DeliveryChanged(each.district_id, each.owner_kind, each.owner_id, each.id, None, "sent", "delivered") for each in some]
        with statements() as seen, transaction():
            follow_recipients(facts)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 16, counted
    told = [payload["recipient"]["receiver_number"] for _kind, _url, payload in sis.told() if payload["recipient"]]
    assert len(told) == len(set(told)) == 30


def test_who_answers(app: Flask, place: Campus) -> None:
    sis = of_place(app, place)
    sis.ask("createAnnouncement", wish(place, STRANGER), 201)
    run(40)
    delivery = db.session.scalars(select(Delivery)).one()
    number = next(each for each in place.numbers if each.id == delivery.phone_number_id)
    sis.told()
    for words in ("Thanks", "stop", "START"):
        inbound = text_from(STRANGER, number, words)
        with transaction() as events:
            events.append(InboundTextRecorded(inbound.id, inbound.district_id))
    told = [payload for kind, _url, payload in sis.told() if kind == "announcements.announcement.inbound"]
    assert [(each["action"], each["message_body"], each["receiver_number"]) for each in told] == [
        ("reply", "Thanks", number.address), ("block", "stop", number.address), ("unblock", "START", number.address),
    ]  # fmt: skip


def test_is_listed_by_its_first_words_also_where_there_are_no_blanks(app: Flask, place: Campus) -> None:
    sis = of_place(app, place)
    sis.ask("createAnnouncement", wish(place, STRANGER, message_body="因大雪明天停课" * 20), 201)
    sis.ask("createAnnouncement", wish(place, STRANGER, message_body="No school " * 20), 201)
    titles = db.session.scalars(select(Announcement.title).order_by(Announcement.id)).all()
    assert titles == [("因大雪明天停课" * 20)[:59] + "…", "No school " * 5 + "No school…"]


def test_nothing_goes_around_the_gates(house: House) -> None:
    app, place = house.app, campus()
    people = family(place.school)
    teacher = program(app, people, person=people.teacher)
    waiting = teacher.ask("createAnnouncement", wish(place, people.contact_point.address), 201)
    assert waiting["internal_status"] == "pending"
    assert db.session.execute(select(Announcement.state, Announcement.bearer_id)).all() == [("awaiting_approval", teacher.bearer.id)]
    sis = of_place(app, place)
    db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == people.guardian.id)).one().may_contact = False
    db.session.get_one(District, place.district.id).settings = {"quiet_hours": ["00:00", "23:59"]}
    db.session.commit()
    made = sis.ask("createAnnouncement", wish(place, people.contact_point.address, STRANGER), 201)
    run(40)
    house.hand_over()
    assert house.at_the_network() == []
    held = {each.address: (each.state, each.held_until is not None) for each in db.session.scalars(select(Delivery))}
    assert held.get(STRANGER) == ("pending", True)
    assert held.get(people.contact_point.address, ("blocked", False)) == ("blocked", False)
    fate = {each["receiver_number"]: each["internal_status"] for each in sis.ask("listAnnouncementRecipients", uuid=made["uuid"])}
    assert fate[people.contact_point.address] in {"failed", "blocked"}
    program(app, people, scopes=["read_texts"]).ask("createAnnouncement", wish(place, STRANGER), 403)


def test_the_pool_that_a_program_names_speaks(app: Flask, place: Campus) -> None:
    sports = MessagingServiceFactory(district=place.district, purpose=Purpose.ANNOUNCEMENT, name="Sports", provider_id="MG" + "a" * 32)
    threads = MessagingServiceFactory(district=place.district, purpose=Purpose.CONVERSATION, name="Threads", provider_id="MG" + "b" * 32)
    slow = PhoneNumberFactory(
        district=place.district, messaging_service_id=sports.id, purpose=Purpose.ANNOUNCEMENT, segments_per_second=1
    )  # fmt: skip
    db.session.commit()
    sis = of_place(app, place)
    made = sis.ask("createAnnouncement", wish(place, STRANGER, messaging_service_sid=sports.provider_id), 201)
    run(20)
    assert [one.phone_number_id for one in db.session.scalars(select(Delivery))] == [slow.id]
    assert sis.ask("getAnnouncement", uuid=made["uuid"])["provider_number"] == slow.address
    refused = sis.ask("createAnnouncement", wish(place, STRANGER, messaging_service_sid=threads.provider_id), 422)
    assert "kept for announcements" in str(refused)


def test_scheduled_called_off_and_refused(app: Flask, place: Campus) -> None:
    sis = of_place(app, place)
    later = (now() + timedelta(hours=5)).isoformat()
    made = sis.ask("createAnnouncement", wish(place, STRANGER, send_at=later, announcement_type="voice"), 201)
    assert (made["internal_status"], made["announcement_type"]) == ("scheduled", "voice")
    for other in (of_place(app, place), program(app, family(), BearerType.ADMIN)):
        for operation in ("getAnnouncement", "listAnnouncementRecipients", "cancelAnnouncement"):
            other.ask(operation, uuid=made["uuid"], status=404)
        assert other.ask("listAnnouncements") == []
    sis.ask("cancelAnnouncement", uuid=made["uuid"], status=204)
    sis.ask("cancelAnnouncement", uuid=made["uuid"], status=409)
    assert [payload["announcement"]["internal_status"] for _k, _u, payload in sis.told()] == ["scheduled", "cancelled"]
    for wrong in (
        {"send_at": "2020-01-01T00:00:00Z"}, {"global_customer_id": "another"}, {"callback_url": "http://10.0.0.1"},
        {"announcement_type": "voice", "media_urls": ["https://example.test/a.png"]}, {"media_urls": ["http://127.0.0.1/a.png"]},
        {"recipient_numbers": ["nobody"]}, {"message_body": " "},
    ):  # fmt: skip
        sis.ask("createAnnouncement", wish(place, STRANGER, **wrong), 422)
    refused = str(sis.ask("createAnnouncement", wish(place, STRANGER, global_customer_id="another"), 422))
    assert "messaging_services" in refused
    assert "out" not in refused.split(), "the contract asks for it"
    assert [each["uuid"] for each in sis.ask("listAnnouncements")] == [made["uuid"]]
    program(app, family(place.school), BearerType.ADMIN).ask("getAnnouncement", uuid=made["uuid"])


def test_a_system_that_was_removed_announces_nothing_more_even_as_a_person(app: Flask, place: Campus) -> None:
    people = family(place.school)
    sis = program(app, people, person=place.admin)
    later = (now() + timedelta(hours=5)).isoformat()
    ahead = sis.ask("createAnnouncement", wish(place, STRANGER, send_at=later), 201)
    fetching = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=["https://example.test/a.png"]), 201)
    of_another = of_place(app, place).ask("createAnnouncement", wish(place, STRANGER, send_at=later), 201)
    remove_system(db.session.get_one(Staff, sis.bearer.created_by_id), sis.bearer.id)
    assert service.queue.take_all() == 0
    run(20)
    states = {str(one.uuid): one.state for one in db.session.scalars(select(Announcement))}
    assert states == {ahead["uuid"]: "cancelled", fetching["uuid"]: "cancelled", of_another["uuid"]: "scheduled"}
    assert db.session.scalars(select(Delivery)).all() == []


def test_who_acts_for_a_system_left_before_its_pictures_came(app: Flask, place: Campus) -> None:
    people = family(place.school)
    sis, other = (program(app, people, person=people.teacher), program(app, people, BearerType.ADMIN))
    made = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=["https://example.test/a.png"]), 201)
    people.teacher.status = StaffStatus.DEACTIVATED
    db.session.commit()
    assert service.queue.take_all() == 1
    assert other.ask("getAnnouncement", uuid=made["uuid"])["internal_status"] == "failed"
    assert db.session.scalars(select(ClientAnnouncement.error_words)).all() == [BearerClosed().advice]


@pytest.mark.own_app
def test_pictures_are_fetched_before_it_leaves(app: Flask, place: Campus, listen: Listen) -> None:
    receiver = listen(lambda heard: Answer(200, PIXEL, {"Content-Type": "image/png"}) if heard.target == "/a.png" else Answer(404))
    allow(app, receiver)
    sis = of_place(app, place)
    made = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=[f"{receiver.origin}/a.png"]), 201)
    lost = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=[f"{receiver.origin}/b.png"]), 201)
    assert (made["internal_status"], made["media_urls"]) == ("pending", [f"{receiver.origin}/a.png"])
    assert service.queue.take_all() == 2
    run(40)
    [delivery] = db.session.scalars(select(Delivery)).all()
    assert (delivery.channel, [each["content_type"] for each in delivery.content.media]) == ("mms", ["image/png"])
    assert sis.ask("getAnnouncement", uuid=lost["uuid"])["internal_status"] == "failed"
    text = sis.text(STRANGER, media_urls=[f"{receiver.origin}/a.png"])
    shown = sis.ask("getMessage", uuid=text["message_uuid"])
    assert (shown["message_type"], len(shown["media_file_urls"])) == ("mms", 1)
    assert app.test_client().get(shown["media_file_urls"][0]).status_code == 200
    gone = sis.ask("getMessage", uuid=sis.text(STRANGER, media_urls=[f"{receiver.origin}/c.png"])["message_uuid"])
    assert (gone["internal_status"], gone["error_code"]) == ("failed", "media_not_fetched")
    kinds = [kind for kind, url, _payload in sis.told() if kind.startswith("messages.") and url == HOOK]
    assert kinds == ["messages.message.images_lambda", "messages.message.status_update"]
