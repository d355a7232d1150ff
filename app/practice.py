"""The pretend phone network inside this server, for demos and training: handsets under /simulator, and nobody real reached."""

from flask import Flask
from sqlalchemy import select
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.config import Settings
from app.conversations.models import Message, MessageKind, MessageStatus, Participant
from app.core.database import db
from app.directory.models import (
    Consent,
    ConsentKind,
    ContactHealth,
    ContactKind,
    ContactPoint,
    Guardian,
    Guardianship,
    MessagingService,
    PhoneNumber,
    Purpose,
    Student,
)
from app.fax.models import FaxContact
from app.simulator import SimulatorSettings, create_simulator

PATH = "/simulator"
INBOUND = "/webhooks/twilio/messages"
INCOMING = "/webhooks/twilio/voice/incoming"
FAXES = "/webhooks/fax/telnyx"
CALL_STATUS = "/webhooks/twilio/voice/status"
LINE_TYPES = {ContactKind.MOBILE: "mobile", ContactKind.LANDLINE: "landline", ContactKind.VOIP: "voip"}
CHUNK = 500


def is_wanted(settings: Settings) -> bool:
    """Whether this server brings its own network, instead of one that stands alone or a real carrier."""
    return settings.demo and settings.carrier == "simulator" and not settings.simulator_url


def network_settings(settings: Settings) -> SimulatorSettings:
    """How the network inside this server is set up."""
    return SimulatorSettings(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        database=settings.data / "simulator.sqlite3",
        public_url=f"{settings.public_url}{PATH}",
        inbound_url=f"{settings.public_url}{INBOUND}",
        voice_url=f"{settings.public_url}{INCOMING}",
        fax_url=f"{settings.public_url}{FAXES}",
        homeroom_url=settings.public_url,
        mail_folder=None if settings.smtp_url else settings.data / "mail" / "families",
        thread_url=f"{settings.public_url}/conversations/line?school={{school}}&handset={{handset}}",
    )


def mount(app: Flask, settings: Settings) -> None:
    """Let the network answer below PATH. Its threads start with its first request."""
    network = create_simulator(network_settings(settings))
    app.extensions["practice"] = network
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PATH: network})  # type: ignore[method-assign]  # Flask's documented way


def hand_out_phones(app: Flask, settings: Settings) -> None:
    """Give each guardian's phone in the new demo district a handset with its past, and the district's numbers to the account."""
    control = create_simulator(network_settings(settings)).test_client()
    with app.app_context():
        services = db.session.scalars(select(MessagingService).where(MessagingService.provider_id.is_not(None))).all()
        control.post("/_control/services", json=[{"sid": each.provider_id, "name": each.name} for each in services])
        pools = {each.id: each.provider_id for each in services}
        numbers = db.session.scalars(select(PhoneNumber)).all()
        control.post(
            "/_control/numbers",
            json=[
                {
                    "number": each.address,
                    "name": each.label or each.address,
                    "status_callback": f"{settings.public_url}{CALL_STATUS}",
                    "service_sid": pools.get(each.messaging_service_id or 0),
                }
                for each in numbers
            ],
        )
        handed: dict[str, list[dict[str, object]]] = {
            "fax_numbers": [{"number": each.address} for each in numbers if each.purpose == Purpose.FAX], "fax_machines": _machines(),
            "handsets": _phones(), "mailboxes": _mailboxes(), "past": _past(), "opt_outs": _stops(),
        }  # fmt: skip
        for path, things in handed.items():
            for start in range(0, len(things), CHUNK):
                control.post(f"/_control/{path}", json=things[start : start + CHUNK])
        db.session.remove()


def _phones() -> list[dict[str, object]]:
    rows = db.session.execute(
        select(ContactPoint, Guardian)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.kind.in_(list(LINE_TYPES)), ContactPoint.is_active)
        .order_by(ContactPoint.id)
    ).all()
    children: dict[int, list[str]] = {}
    for guardian_id, given_name in db.session.execute(
        select(Guardianship.guardian_id, Student.given_name).join(Student).where(Guardianship.is_active).order_by(Guardianship.id)
    ):
        children.setdefault(guardian_id, []).append(given_name)
    return [
        {
            "number": point.address,
            "name": guardian.full_name,
            "note": " · ".join(filter(None, [", ".join(children.get(guardian.id, [])), point.label])),
            "language": guardian.language,
            "line_type": "invalid" if point.health == ContactHealth.DEAD else LINE_TYPES[ContactKind(point.kind)],
            "rank": min(rank, FIRST_HANDSETS),
        }
        for rank, (point, guardian) in enumerate(rows)
    ]


MACHINES = (
    ("+15035550171", "Cascade Pediatrics", "CASCADE PEDIATRICS"),
    ("+12065550134", "Marlowe Park School", "MARLOWE PARK SCHOOL"),
    ("+15035550188", "Riverbend Family Dental", "RIVERBEND DENTAL"),
    ("+15035550121", "County Services, Children and Families", "COUNTY SERVICES"),
    ("+18885550140", "Sunshine Cruises", ""),
)
"""Whom the demo's schools exchange faxes with: number, name, and what stands at the head of their pages."""


def _machines() -> list[dict[str, object]]:
    """Those, and whomever the district has in its own list."""
    known = dict(db.session.execute(select(FaxContact.address, FaxContact.name)).all())
    listed = {number: (known.pop(number, name), station) for number, name, station in MACHINES}
    listed |= {number: (name, name[:20].upper()) for number, name in known.items()}
    return [
        {"number": number, "name": name, "station": station, "rank": rank} for rank, (number, (name, station)) in enumerate(listed.items())
    ]


def _mailboxes() -> list[dict[str, object]]:
    rows = db.session.execute(
        select(ContactPoint.address, Guardian)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.kind == ContactKind.EMAIL, ContactPoint.is_active)
    )
    return [{"address": address, "name": guardian.full_name} for address, guardian in rows]


FIRST_HANDSETS = 16
"""The class of the demo's teacher stands on top of the list, Rosa first."""


def _past() -> list[dict[str, object]]:
    """What is already said in the demo's conversations, so that families have it on their phones, too."""
    rows = db.session.execute(
        select(Message.kind, Message.body, Message.translation, Message.created_at, Participant.address, PhoneNumber.address)
        .select_from(Message)
        .join(Participant, Participant.conversation_id == Message.conversation_id)
        .join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        .where(
            Participant.guardian_id.is_not(None),
            Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND]),
            Message.status == MessageStatus.DELIVERED,
        )
        .order_by(Message.id)
    )
    return [
        {
            "handset": handset,
            "school": school,
            "body": body if kind == MessageKind.INBOUND else translation or body,
            "at": at.timestamp(),
            "is_inbound": kind == MessageKind.INBOUND,
        }
        for kind, body, translation, at, handset, school in rows
    ]


def _stops() -> list[dict[str, object]]:
    """Phones whose last word to a service was STOP."""
    senders = {
        f"service:{service}": address
        for service, address in db.session.execute(select(PhoneNumber.messaging_service_id, PhoneNumber.address))
    }
    last = dict[tuple[str, str], str]()
    for address, scope, kind in db.session.execute(select(Consent.address, Consent.scope, Consent.kind).order_by(Consent.id)):
        last[address, scope] = kind
    return [
        {"handset": address, "school": senders[scope]}
        for (address, scope), kind in last.items()
        if scope in senders and kind == ConsentKind.OPTED_OUT
    ]
