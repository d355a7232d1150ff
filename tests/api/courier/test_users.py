"""Accounts, the browsers that they are notified in, the bell menu, and emails."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Role
from app.api.courier.models import UserEmail, UserNotification
from app.api.courier.service.forgetting import forget_notifications
from app.conversations import service as threads
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryState
from app.delivery.news import news_of
from app.directory.models import EMAILS, ConsentKind, ConsentSource, ContactKind, Guardianship
from app.directory.service.consent import record_consent
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.api.courier.test_attachments import ZOO, bring
from tests.api.courier.test_channels import opened
from tests.conversations.arrivals import arrives
from tests.factories import ContactPointFactory, StaffFactory, family

NIGHT = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


def device(client: Any, **values: Any) -> Any:
    """The answer to a browser that is registered."""
    return client.ask("registerUserDevice", sent("user-devices", {"app-name": "Desk", "token": "t1", "type": "web"} | values))


def test_people_of_the_staff_are_users(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    teacher = here.family.teacher
    listed = here.client.ask("listUsers").json
    assert str(teacher.uuid) in {each["id"] for each in listed["data"]}
    assert str(here.program.uuid) not in {each["id"] for each in listed["data"]}, "applications are no people"
    for query in ({"filter[email]": teacher.email}, {"filter[username]": teacher.email}, {"filter[individual-id]": str(teacher.uuid)}):
        assert [each["id"] for each in here.client.ask("listUsers", query=query).json["data"]] == [str(teacher.uuid)]
    shown = here.teacher.ask("getUser", id=teacher.uuid).json["data"]["attributes"]
    assert (shown["notifications"], shown["tz"], shown["phone"]) == (["web"], "America/Los_Angeles", None)
    wish = sent("users", {"notifications": ["email", "web"]}, teacher.uuid)
    assert here.teacher.ask("updateUser", wish, id=teacher.uuid).status_code == 403, "a teacher's role writes no people"
    assert here.client.ask("updateUser", wish, id=teacher.uuid).json["data"]["attributes"]["notifications"] == ["email", "web"]
    assert here.client.ask("updateUser", sent("users", {"notifications": ["voice"]}, teacher.uuid), id=teacher.uuid).status_code == 400
    assert there.client.ask("getUser", id=teacher.uuid).status_code == 404
    assert there.client.ask("updateUser", wish, id=teacher.uuid).status_code == 404


def test_a_registered_browser_is_told_and_the_bell_is_acknowledged(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    people = here.family
    assert device(here.teacher, type="apn").status_code == 400
    number = device(here.teacher).json["data"]["id"]
    assert device(here.teacher, model="Firefox").json["data"]["id"] == number, "the same token"
    channel = opened(here.teacher, people)["id"]
    for words in ("Hola", "Hola?"):
        arrives(people.contact_point.address, people.number, words)
    listed = here.teacher.ask("listUserNotifications").json["data"]
    assert [each["attributes"]["data"]["web"]["data"]["channel-id"] for each in listed] == [channel, channel]
    assert "Hola" not in str(listed), "what a family wrote is not told"
    logs = here.teacher.ask("listUserDeviceLogs", id=number).json["data"]
    assert [each["attributes"]["badge-count"] for each in logs] == [2, 1]
    newest = listed[0]["id"]
    assert here.client.ask("getUserNotification", id=newest).status_code == 200, "an application stands for her"
    assert here.teacher.ask("acknowledgeNotification", {"ack-previous": True}, id=newest).json["data"]["attributes"]["acknowledged"] is True
    assert here.teacher.ask("listUserNotifications").json["data"] == []
    assert len(here.teacher.ask("listUserNotifications", query={"include[inactive]": "true"}).json["data"]) == 2
    query = {"acknowledged": "true", "filter[category]": "message-received", "organization-id": str(people.school.uuid)}
    assert len(here.teacher.ask("listUserNotifications", query=query).json["data"]) == 2
    counts = here.client.ask("listNotificationCounts", query={"filter[cmp-created-at]": ">=2000-01-01T00:00:00Z"}).json["data"]
    assert [(each["attributes"]["count"], each["attributes"]["daily-for-date"]) for each in counts] == [(2, "2026-11-18")]
    assert len(here.client.ask("listUserDevices", query={"all-users": "true", "token": "t1", "filter[app-name]": "Desk"}).json["data"]) == 1
    assert here.teacher.ask("listUserDevices", query={"all-users": "true"}).status_code == 403
    mine = here.teacher.ask("listUserDevices", query={"filter[individual-id]": str(people.teacher.uuid), "filter[type]": "web"})
    assert [each["id"] for each in mine.json["data"]] == [number]
    device(here.teacher, **{"allow-notification": False})
    arrives(people.contact_point.address, people.number, "Otra vez")
    assert here.teacher.ask("listUserNotifications").json["data"] == []
    assert there.client.ask("getUserNotification", id=newest).status_code == 404
    assert there.client.ask("acknowledgeNotification", {}, id=newest).status_code == 404
    assert there.client.ask("listUserDeviceLogs", id=number).status_code == 404


def test_who_is_named_or_given_a_channel_is_notified_also_by_email(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    here.client.ask("updateUser", sent("users", {"notifications": ["email", "web"]}, colleague.uuid), id=colleague.uuid)
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    threads.add_colleagues(people.teacher, talk.id, [colleague.id])
    threads.add_note(people.teacher, talk.id, "A secret", uuid=uuid4(), mention_ids=[colleague.id])
    hers = here.of(colleague)
    kinds = [each["attributes"]["data"]["web"]["category"] for each in hers.ask("listUserNotifications").json["data"]]
    assert kinds == ["mention", "individual-shared"]
    mails = db.session.scalars(select(Delivery).where(Delivery.channel == "email")).all()
    assert [each.address for each in mails] == [colleague.email] * 2
    assert not any("secret" in each.content.body for each in mails)
    assert forget_notifications() == 0
    assert db.session.scalar(select(func.count(UserNotification.id))) == 2
    db.session.execute(update(UserNotification).where(UserNotification.category == "mention").values(created_at=now() - timedelta(days=91)))
    db.session.commit()
    assert forget_notifications() == 1
    assert [each["attributes"]["data"]["web"]["category"] for each in hers.ask("listUserNotifications").json["data"]] == [
        "individual-shared"
    ]


def test_where_nobody_waits_for_notifications_none_are_written(app: Flask) -> None:
    people = family()
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    threads.add_colleagues(people.teacher, talk.id, [colleague.id])
    threads.add_note(people.teacher, talk.id, "Look", uuid=uuid4(), mention_ids=[colleague.id])
    assert db.session.scalars(select(UserNotification)).all() == []


@pytest.fixture
def here(app: Flask) -> CourierHouse:
    """A family with an email address."""
    people = family()
    ContactPointFactory(guardian=people.guardian, kind=ContactKind.EMAIL, address="rosa@example.test")
    return courier_house(app, people)


def email(here: CourierHouse, client: Any = None, **values: Any) -> Any:
    """The answer to an email of the teacher's."""
    written = {"individual-id": str(here.family.teacher.uuid), "subject": "Trip", "to": "Rosa@example.test", "message": "See you"}
    return (client or here.teacher).ask("createUserEmail", sent("user-emails", written | values))


def test_an_email_leaves_by_the_outbox_and_is_followed(here: CourierHouse) -> None:
    made = email(here).json["data"]
    assert (made["attributes"]["status"], made["attributes"]["to"]) == ("queued", ["rosa@example.test"])
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.channel, delivery.content.body, delivery.content.details["reply_to"]) == (
        "email",
        "See you",
        here.family.teacher.email,
    )
    with transaction() as events:
        delivery = db.session.scalars(select(Delivery)).one()
        delivery.state = DeliveryState.SENT
        events.append(news_of(delivery, DeliveryState.PENDING))
    assert here.teacher.ask("getUserEmail", id=made["id"]).json["data"]["attributes"]["status"] == "sent"
    assert here.teacher.ask("sendUserEmail", {}, id=made["id"]).status_code == 409
    listed = here.client.ask("listUserEmails", query={"individual-id": str(here.family.teacher.uuid)}).json["data"]
    assert [each["id"] for each in listed] == [made["id"]]
    html = email(here, **{"message": "", "message-html": "<style>x</style><p>Hello <b>you</b></p><a href='https://x.example/a'>Bye</a>"})
    assert html.status_code == 201
    assert (
        db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first().content.body == "Hello you\n\nBye (https://x.example/a)"
    )


def test_a_draft_email_takes_files_along(app: Flask, here: CourierHouse) -> None:
    draft = email(here, **{"auto-send": False}).json["data"]
    assert (draft["attributes"]["status"], db.session.scalars(select(Delivery)).all()) == ("draft", [])
    values = {"email-id": draft["id"], "content-type": "image/png", "filename": "map.png"}
    where = here.teacher.ask("createEmailAttachment", sent("user-email-attachments", values)).json
    assert bring(app, where, ZOO) == 204
    assert here.teacher.ask("sendUserEmail", {}, id=draft["id"]).status_code == 409, "nobody has looked at it yet"
    assert here.teacher.ask("processEmailAttachmentUpload", {}, id=where["id"]).json["data"]["attributes"]["ready-to-use"] is True
    shown = here.teacher.ask("getEmailAttachment", id=where["id"], query={"with-link": "true"}).json["data"]["attributes"]
    fetched = app.test_client().get(urlsplit(shown["download-link"]).path)
    assert (fetched.status_code, fetched.mimetype) == (200, "image/png")
    listed = here.teacher.ask("listEmailAttachments", query={"email-id": draft["id"]}).json["data"]
    assert [each["id"] for each in listed] == [where["id"]]
    assert here.teacher.ask("sendUserEmail", {}, id=draft["id"]).json["data"]["attributes"]["status"] == "queued"
    assert [each["name"] for each in db.session.scalars(select(Delivery)).one().content.media] == ["map.png"]
    assert here.teacher.ask("createEmailAttachment", sent("user-email-attachments", values)).status_code == 409


def test_no_email_goes_past_records_consent_or_the_district(
    app: Flask, here: CourierHouse, school_time: time_machine.Traveller
) -> None:  # fmt: skip
    there = courier_house(app)
    assert email(here, to="stranger@example.test").status_code == 400, "nobody of the district"
    assert email(here, to=there.family.teacher.email).status_code == 400
    assert email(here, subject=" ").status_code == 400
    assert email(here, message=" ").status_code == 400
    viewer = StaffFactory(role=Role.VIEWER, schools=[here.family.school])
    db.session.commit()
    mine = {"individual-id": str(viewer.uuid)}
    assert email(here, here.of(viewer), **mine).status_code == 403
    assert email(here, to=viewer.email).status_code == 201, "a colleague"
    school_time.move_to(NIGHT)
    assert email(here).json["data"]["attributes"]["result"] == "held for the night"
    point = next(each for each in here.family.guardian.contact_points if each.kind == ContactKind.EMAIL)
    with transaction():
        record_consent(
            district_id=point.district_id, address=point.address, scope=EMAILS, kind=ConsentKind.OPTED_OUT, source=ConsentSource.WEB,
        )  # fmt: skip
    stopped = email(here).json["data"]["attributes"]
    assert stopped["status"] == "failed"
    db.session.execute(Guardianship.__table__.update().values(may_contact=False))
    db.session.commit()
    assert email(here).json["errors"][0]["code"] == "contact_not_permitted"
    number = db.session.scalars(select(UserEmail.uuid).order_by(UserEmail.id)).first()
    assert there.client.ask("getUserEmail", id=number).status_code == 404
    assert there.client.ask("sendUserEmail", {}, id=number).status_code == 404
    attachment = {"email-id": str(number), "content-type": "image/png", "filename": "x.png"}
    assert there.client.ask("createEmailAttachment", sent("user-email-attachments", attachment)).status_code == 404
    assert there.client.ask("listEmailAttachments", query={"email-id": str(number)}).status_code == 404
    assert there.client.ask("processEmailAttachmentUpload", {}, id=uuid4()).status_code == 404
    assert there.client.ask("getEmailAttachment", id=uuid4()).status_code == 404
