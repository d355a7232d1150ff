"""From the carrier's signed call to the teacher's inbox, and back to the phone."""

from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.models import Message, UnknownText
from app.core.database import db
from tests.carrier.conftest import Carrier, carrier_calls
from tests.conversations.outcomes import fresh_row
from tests.factories import thread

__all__ = ["carrier_calls"]
INBOUND = "/webhooks/twilio/messages"


def form(sender: str, to: str, body: str, sid: str = "SM" + "b" * 32) -> dict[str, str]:
    return {"MessageSid": sid, "From": sender, "To": to, "Body": body, "NumMedia": "0"}


def test_a_repeated_call_is_one_message(app: Flask, carrier_calls: Carrier) -> None:
    talk = thread()
    db.session.commit()
    for _ in range(3):
        told = form(talk.family.contact_point.address, talk.family.number.address, "Gracias <script>alert(1)</script> 🦒")
        assert carrier_calls(INBOUND, told).status_code == 200
        service.receive_waiting()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert fresh_row(talk.id).preview == "Gracias <script>alert(1)</script> 🦒"


def test_a_forged_call_reaches_nobody(app: Flask, carrier_calls: Carrier) -> None:
    talk = thread()
    db.session.commit()
    told = form(talk.family.contact_point.address, talk.family.number.address, "I am not Rosa")
    assert carrier_calls(INBOUND, told, token="wrong").status_code == 403
    service.receive_waiting()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
    assert db.session.scalar(select(func.count()).select_from(UnknownText)) == 0


def test_the_longest_text_arrives_whole(app: Flask, carrier_calls: Carrier) -> None:
    talk = thread()
    db.session.commit()
    words = "مرحبا " * 260
    carrier_calls(INBOUND, form(talk.family.contact_point.address, talk.family.number.address, words))
    service.receive_waiting()
    message = db.session.scalars(select(Message)).one()
    assert message.body.strip() == words.strip()
    assert message.language == "ar"
    assert len(fresh_row(talk.id).preview) <= 160
