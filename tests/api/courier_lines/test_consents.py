"""Asking a family whether texts are welcome: in its language, one question at a time, and for a week."""

import uuid
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.api.courier.service.consents import end_old
from app.conversations.models import Message
from app.conversations.service import following
from app.conversations.service.outbox import take_back
from app.conversations.service.standing_words import Standing, say
from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import Consent, ConsentKind, ConsentSource
from app.directory.service.consent import record_consent
from tests.api.courier_lines.conftest import Other
from tests.conversations.arrivals import arrives


def consent(other: Other, *, leaves: bool = True, **more: Any) -> Any:
    attributes = {"organization-id": str(other.district.uuid), "type": "sms", "user-id": str(other.people.guardian.uuid), **more}
    answer = other.create("requestUserConsent", "user-consents", attributes)
    if leaves:
        all_leave()
    return answer


def state_of(other: Other, number: str) -> str:
    state: str = other.api.ask("getUserConsent", id=number).json["data"]["attributes"]["state"]
    return state


def all_leave(*, but: int = 0) -> None:
    """What was written is at the carrier."""
    waiting = (Message.kind == "outbound", Message.status == "pending", Message.id != but)
    for number in db.session.scalars(select(Message.id).where(*waiting)).all():
        with transaction():
            following.moved_on(number, DeliveryState.SENT)


def test_a_family_is_asked_and_its_answer_is_in_the_ledger(other: Other) -> None:
    phone, number = other.people.contact_point.address, other.people.number
    texts = {"initial": "May we text you?", "accept": "Great!", "invalid-response": "Yes or no?"}
    asked = consent(other, args={"messages": texts})
    assert (asked.status_code, asked.json["data"]["attributes"]["state"]) == (201, "pending"), asked.text
    assert consent(other).status_code == 409
    for words in ("Perhaps", "Dunno", "Yes"):
        arrives(phone, number, words)
    said = [row.content.body for row in db.session.scalars(select(Delivery).order_by(Delivery.id))]
    assert [each for each in said if each in texts.values()] == ["May we text you?", "Yes or no?", "Great!"]
    entry = db.session.scalars(select(Consent)).one()
    assert (entry.kind, entry.scope, entry.wording) == (ConsentKind.AGREED, number.consent_scope, "Yes")
    got = other.api.ask("getUserConsent", id=asked.json["data"]["id"]).json["data"]["attributes"]
    assert (got["state"], got["args"]["messages"]["accept"]) == ("accepted", "Great!")


def newest() -> int:
    """Of the messages of the house."""
    return db.session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()


@pytest.mark.parametrize("words", ["No", "STOP"])
def test_a_no_is_a_stop(other: Other, words: str) -> None:
    asked = consent(other)
    arrives(other.people.contact_point.address, other.people.number, words)
    query = {"filter[user-id]": str(other.people.guardian.uuid), "filter[organization-id]": str(other.district.uuid)}
    listed = other.api.ask("listUserConsents", query=query).json["data"]
    assert [(each["id"], each["attributes"]["state"]) for each in listed] == [(asked.json["data"]["id"], "rejected")]
    assert other.text(other.people.contact_point.address).status_code == 400


def test_a_no_to_something_else_is_a_text(other: Other, school_time: time_machine.Traveller) -> None:
    phone, number = other.people.contact_point.address, other.people.number
    consent(other)
    assert consent(other).status_code == 409
    school_time.shift(60)
    assert other.text(phone, "Is Ana coming tomorrow?").status_code == 201
    all_leave()
    school_time.shift(60)
    for words in ("No", "Ok"):
        arrives(phone, number, words)
    assert db.session.scalars(select(Consent)).all() == []
    bodies = [row.body for row in db.session.scalars(select(Message).where(Message.kind == "inbound").order_by(Message.id))]
    assert bodies == ["No", "Ok"]
    assert consent(other).status_code == 201, "what can be answered no more is asked again"
    school_time.shift(8 * 24 * 3600)
    arrives(phone, number, "No")
    assert db.session.scalars(select(Consent)).all() == [], "a week later it is about something else"
    consent(other)
    school_time.shift(60)
    arrives(phone, number, "No")
    assert db.session.scalars(select(Consent.kind)).all() == [ConsentKind.OPTED_OUT]


def test_what_is_said_before_the_question_left_answers_something_else(other: Other, school_time: time_machine.Traveller) -> None:
    phone, number = other.people.contact_point.address, other.people.number
    assert other.text(phone, "Is Ana coming tomorrow?").status_code == 201
    all_leave()
    school_time.shift(13 * 3600)  # at night the question waits
    assert consent(other, leaves=False).status_code == 201
    question = newest()
    for words in ("No", "Yes"):
        arrives(phone, number, words)
    all_leave(but=question)  # nobody is there now
    assert db.session.scalars(select(Consent)).all() == []
    assert consent(other, leaves=False).status_code == 409, "it will be asked in the morning"
    school_time.shift(10 * 3600)
    all_leave()
    arrives(phone, number, "Yes")
    assert db.session.scalars(select(Consent.kind)).all() == [ConsentKind.AGREED]


def test_a_question_that_asks_nobody_is_asked_again(other: Other, school_time: time_machine.Traveller) -> None:
    phone, number = other.people.contact_point.address, other.people.number
    first = consent(other, leaves=False).json["data"]["id"]
    with transaction():
        take_back([newest()])
    assert state_of(other, first) == "expired"
    second = consent(other, leaves=False)
    assert second.status_code == 201, "nobody was asked"
    with transaction():
        following.moved_on(newest(), DeliveryState.FAILED)
    assert state_of(other, second.json["data"]["id"]) == "expired"
    third = consent(other)
    assert third.status_code == 201, "nor by a text that failed"
    school_time.shift(60)
    assert other.text(phone, "Is Ana coming tomorrow?").status_code == 201
    with transaction():
        take_back([newest()])
    arrives(phone, number, "Yes")
    assert [state_of(other, each) for each in (first, third.json["data"]["id"])] == ["expired", "accepted"]


@pytest.mark.parametrize(
    ("language", "asks", "answer", "kind"),
    [
        ("es", "¿Autoriza que Lakeside", "Sí, gracias", None),
        ("es", "¿Autoriza que Lakeside", "¡Sí!", ConsentKind.AGREED),
        ("so", "ma kuu soo diri kartaa", "Maya", ConsentKind.OPTED_OUT),
        ("en", "May Lakeside", "Maya", None),
        ("vi", "có thể nhắn tin", "khong", ConsentKind.OPTED_OUT),
        ("zh", "可以给您发送", "是。", ConsentKind.AGREED),
        ("ru", "Можно ли", "Нет", ConsentKind.OPTED_OUT),
        ("de", "May Lakeside", "yes", ConsentKind.AGREED),
    ],
)
def test_a_family_is_asked_in_its_language_and_understood_in_it(
    other: Other, language: str, asks: str, answer: str, kind: ConsentKind | None
) -> None:
    other.people.guardian.language = language
    other.district.name = "Lakeside"
    db.session.commit()
    assert consent(other).status_code == 201
    [asked] = [row.content.body for row in db.session.scalars(select(Delivery))]
    assert asks in asked
    arrives(other.people.contact_point.address, other.people.number, answer)
    assert db.session.scalars(select(Consent.kind)).all() == ([kind] if kind else [])
    if kind is not ConsentKind.OPTED_OUT:
        newest = db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert newest is not None
        again = Standing.CONSENT_GIVEN if kind else Standing.CONSENT_UNCLEAR
        assert newest.content.body == say(again, language, school="Lakeside")


def test_a_phone_has_one_open_question_whoever_asks(other: Other, school_time: time_machine.Traveller) -> None:
    phone, number = other.people.contact_point.address, other.people.number
    school = {"organization-id": str(other.people.school.uuid)}
    first = consent(other).json["data"]["id"]
    assert consent(other, **school).status_code == 409, "the district has asked, and waits"
    school_time.shift(60)
    assert other.text(phone, "Is Ana coming tomorrow?").status_code == 201
    all_leave()
    second = consent(other, **school).json["data"]["id"]
    states = {each: other.api.ask("getUserConsent", id=each).json["data"]["attributes"]["state"] for each in (first, second)}
    assert states == {first: "expired", second: "pending"}
    arrives(phone, number, "Yes")
    assert other.api.ask("getUserConsent", id=second).json["data"]["attributes"]["state"] == "accepted"
    third = consent(other).json["data"]["id"]
    school_time.shift(8 * 24 * 3600)
    assert end_old() == 1
    assert other.api.ask("getUserConsent", id=third).json["data"]["attributes"]["state"] == "expired"


def test_nobody_is_asked_who_has_refused_or_belongs_to_others(other: Other, stranger: Other) -> None:
    people = other.people
    record_consent(other.district.id, people.contact_point.address, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    assert consent(other).status_code == 400
    assert consent(other, **{"user-id": str(stranger.people.guardian.uuid)}).status_code == 404
    assert consent(other, **{"organization-id": str(stranger.district.uuid)}).status_code == 404
    assert stranger.api.ask("getUserConsent", id=str(uuid.uuid4())).status_code == 404
