"""Numbers of text accounts: claimed, taken into an account, and told what to do beside their work."""

from typing import Any

from sqlalchemy import exists, select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.models import NumberLog, NumberRules
from app.api.courier.permissions import need
from app.api.courier.queries.text_accounts import Account, numbers_of
from app.api.refusals import Refused, Why
from app.conversations.models import Participant
from app.core import phone_numbers
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.first_or_new import first_or_new
from app.core.phone_numbers import is_e164
from app.directory import phone_network
from app.directory.models import PhoneNumber, Purpose
from app.directory.phone_network import RentedNumber
from app.directory.service import numbers as directory
from app.directory.service.numbers import NumberData
from app.webhooks import service as webhooks
from app.webhooks.models import Face

CALLBACK = "callback-url"


def claim(staff: Staff, account: Account, notes: str) -> PhoneNumber:
    """Put a number to a use that nobody has put it to before: no claim, no name, and no conversation. Raises Refused: STATE."""
    need(staff, Permission.MANAGE_NUMBERS)
    with transaction():
        claimed = exists().where(NumberRules.phone_number_id == PhoneNumber.id, NumberRules.claimed_at.is_not(None))
        speaks = exists().where(Participant.phone_number_id == PhoneNumber.id, Participant.pairing_deactivated_at.is_(None))
        free = db.session.scalar(
            numbers_of(staff)
            .where(PhoneNumber.messaging_service_id == account.pool.id, ~claimed, ~speaks)
            .where((PhoneNumber.label.is_(None)) | (PhoneNumber.label == ""))
            .order_by(PhoneNumber.is_active.desc(), PhoneNumber.id)
            .limit(1)
            .with_for_update()
        )
        if free is None:
            raise Refused(Why.STATE, "Every number of this account is in use. Buy one: POST /v1/text-account-numbers/.", code="none_free")
        _save(staff, free, label=notes, is_active=True)
        rules = _kept(free)
        rules.notes, rules.claimed_at = notes, now()
    return free


def take_number(caller: Caller, account: Account, *, area_code: str | None, wanted: dict[str, Any]) -> PhoneNumber:
    """Take a number that is rented at the carrier and that nobody uses into the account. Asks the carrier, so not in a transaction.

    Raises Refused: STATE where there is none, and NetworkAway.
    """
    staff = caller.staff
    need(staff, Permission.MANAGE_NUMBERS)
    release_connection()  # a slow carrier holds nobody's
    rented = [each for each in phone_network.network().rented_numbers() if each.takes_texts and is_e164(each.address)]
    with transaction():
        resting = set(
            db.session.scalars(
                select(PhoneNumber.address).where(
                    PhoneNumber.district_id == staff.district_id, PhoneNumber.is_active.is_(False),
                    PhoneNumber.messaging_service_id.is_(None), PhoneNumber.purpose != Purpose.FAX,
                )
            )
        )  # fmt: skip
        new, _ours = directory.not_yet_ours(staff, rented)
        free = [each for each in rented if each in new or each.address in resting]
        found = next((each for each in free if area_code is None or phone_numbers.area_code(each.address) == area_code), None)
        if found is None:
            where = f" with the area code {area_code}" if area_code else ""
            advice = f"There is no unused number{where} at your carrier. Rent one there, then ask again: it is taken into use at once."
            raise Refused(Why.STATE, advice, code="none_free")
        number = _taken(staff, found, account)
        _apply(caller, number, wanted)
    return number


def change_number(caller: Caller, number: PhoneNumber, wanted: dict[str, Any]) -> PhoneNumber:
    """Change what a number does beside its work. Raises Refused."""
    need(caller.staff, Permission.MANAGE_NUMBERS)
    with transaction():
        _apply(caller, number, wanted)
        audit(
            "phone_number.saved", number, {"number": phone_numbers.for_people(number.address), "purpose": number.purpose}, by=caller.staff
        )
    return number


def empty_log(staff: Staff, number: PhoneNumber) -> PhoneNumber:
    """Forget what was logged of a number."""
    need(staff, Permission.MANAGE_NUMBERS)
    with transaction():
        db.session.query(NumberLog).filter_by(phone_number_id=number.id).delete()
        audit("phone_number.log_emptied", number, {"number": phone_numbers.for_people(number.address)}, by=staff)
    return number


def _taken(staff: Staff, rented: RentedNumber, account: Account) -> PhoneNumber:
    known = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == rented.address))
    if known is None:
        directory.take_over(staff, [rented])
        known = db.session.scalars(select(PhoneNumber).where(PhoneNumber.address == rented.address)).one()
    _save(
        staff,
        known,
        label=known.label or "",
        is_active=True,
        pool_id=account.pool.id,
        purpose=account.pool.purpose,
        school_id=account.school_id,
    )
    return known


def _save(staff: Staff, number: PhoneNumber, *, label: str, is_active: bool, **changes: Any) -> None:
    data: dict[str, Any] = {
        "address": number.address, "label": label[:120], "purpose": number.purpose, "kind": number.kind,
        "segments_per_second": number.segments_per_second, "school_id": number.school_id, "pool_id": number.messaging_service_id,
        "provider_id": number.provider_id, "calls_per_second": number.calls_per_second,
    }  # fmt: skip
    directory.save_number(staff, number.id, NumberData(**{**data, **changes}))
    if number.is_active is not is_active:
        directory.set_number_active(staff, number.id, active=is_active)


def _apply(caller: Caller, number: PhoneNumber, wanted: dict[str, Any]) -> None:
    rules = _kept(number)
    if "forward-to" in wanted:
        rules.forward_to = _elsewhere(wanted["forward-to"])
    if "alert" in wanted:
        rules.alert = wanted["alert"]
    if "logging" in wanted:
        rules.logging = wanted["logging"]
    if "notes" in wanted:
        rules.notes = wanted["notes"]
        _save(caller.staff, number, label=wanted["notes"], is_active=number.is_active)
    if "unknown-number" in (wanted.get("events") or {}):
        rule = wanted["events"]["unknown-number"]
        url = rule.get(CALLBACK)
        rules.unknown_endpoint_id = webhooks.callback_endpoint(caller.bearer, str(url), face=Face.COURIER) if url else None
        rules.unknown_number = rule
    db.session.flush()


def _elsewhere(address: str) -> str | None:
    """Two of our numbers must never talk with each other."""
    if db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == address)) is not None:
        advice = "This is a number of the district itself: texts would go in circles. Name somebody's own phone."
        raise Refused(Why.RULE, advice, field="body/data/attributes/forward-to")
    return address


def _kept(number: PhoneNumber) -> NumberRules:
    return first_or_new(NumberRules, {"phone_number_id": number.id}, district_id=number.district_id)
