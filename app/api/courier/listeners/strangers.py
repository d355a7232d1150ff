"""Texts that match no conversation: what their number's rules want beside the list of unknown senders, which always shows them."""

from flask_babel import force_locale
from sqlalchemy import exists, select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.api import programs
from app.api.courier.jsonapi import moment
from app.api.courier.models import NumberRules
from app.conversations.events import UnknownTextsChanged
from app.conversations.models import UnknownState, UnknownText
from app.core.database import db
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.delivery import service as delivery
from app.delivery.service import Letter, LetterRequest, Mailbox, enqueue_letter
from app.directory.models import District, PhoneNumber
from app.webhooks import service as webhooks
from app.webhooks.outgoing import Outgoing

FORWARDED, ALERT = "courier_forward", "courier_alert"
"""The owners of such deliveries; their ids are those of the unknown texts."""
UNKNOWN = "text.unknown-number"
MOST_ALERTED = 20
OFFICE = (Role.OFFICE, Role.SCHOOL_ADMIN)


@programs.within(UnknownTextsChanged)
def follow_rules(fact: UnknownTextsChanged) -> None:
    """One came."""
    if not fact.is_new:
        return
    text = db.session.get_one(UnknownText, fact.unknown_id)
    rules = db.session.get(NumberRules, text.phone_number_id)
    if rules is None:
        return
    number = db.session.get_one(PhoneNumber, text.phone_number_id)
    if rules.forward_to and rules.forward_to != text.sender:
        _forward(text, number, rules.forward_to)
    if rules.alert:
        _alert(text, number)
    if rules.unknown_endpoint_id is not None:
        body = {
            "event": "unknown-number", "number-id": str(number.uuid), "to": number.address, "sender": text.sender, "message": text.body,
            "received-at": moment(text.received_at), "rule": rules.unknown_number,
        }  # fmt: skip
        webhooks.enqueue([Outgoing(rules.unknown_endpoint_id, UNKNOWN, f"unknown-text:{text.id}", body)])


def _forward(text: UnknownText, number: PhoneNumber, to: str) -> None:
    """Through the outbox, like every text: it waits for the morning, and a STOP from that phone ends it."""
    words = f"{for_people(text.sender)}: {text.body}"
    delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=text.district_id, owner_kind=FORWARDED, owner_id=text.id, body=words[:1500],
            recipients=(delivery.Recipient(to, number.id),),
        )
    )  # fmt: skip


def _alert(text: UnknownText, number: PhoneNumber) -> None:
    """An email to the office, once for each phone until somebody has decided about it. It says nothing of what was written."""
    waiting = exists().where(
        UnknownText.district_id == text.district_id, UnknownText.sender == text.sender, UnknownText.state == UnknownState.WAITING,
        UnknownText.phone_number_id == number.id, UnknownText.id != text.id,
    )  # fmt: skip
    if db.session.scalar(select(waiting)):
        return
    office = _office(number)
    if not office:
        return
    with force_locale(db.session.get_one(District, number.district_id).language):
        subject = _("A text from a number that nobody knows")
        body = _("A text came to %(number)s from a phone that belongs to no conversation.", number=for_people(number.address))
        body += "\n\n" + _("It waits for you under Messages, Unknown senders.")
        letter = Letter(subject, body, school_id=number.school_id, is_for_offices=True)
    mailboxes = tuple(Mailbox(address) for address in office)
    enqueue_letter(LetterRequest(text.district_id, ALERT, text.id, letter, mailboxes, is_reply=True))


def _office(number: PhoneNumber) -> list[str]:
    people = select(Staff.email).where(Staff.district_id == number.district_id, are_people(), Staff.status == StaffStatus.ACTIVE)
    if number.school_id is None:
        people = people.where(Staff.role == Role.DISTRICT_ADMIN)
    else:
        works_there = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == number.school_id)
        people = people.where(Staff.role.in_(OFFICE), works_there)
    return [each for each in db.session.scalars(people.order_by(Staff.id).limit(MOST_ALERTED)) if each]
