"""Opt-in states: the consent ledger for one of our numbers and one phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.behind import system_behind
from app.accounts.models import Staff
from app.api.refusals import Refused, Why
from app.core import phone_numbers
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.core.keywords import Keyword, keyword
from app.directory import queries
from app.directory.models import ConsentKind, PhoneNumber, Purpose
from app.directory.queries.numbers import speaks_for_schools_of
from app.directory.service.consent import record_for_sender

_KINDS = {Keyword.OPT_OUT: ConsentKind.OPTED_OUT, Keyword.OPT_IN: ConsentKind.OPTED_IN}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one recipient is said to have texted."""

    number: str
    keyword: Keyword
    word: str


def sender_of(staff: Staff, code: str, place: str) -> PhoneNumber:
    """The number that is meant, as which who acts may speak to families. Raises Refused."""
    digits = code.lstrip("+")
    wanted = {f"+{digits}", digits, f"+1{digits}"}
    number = db.session.scalar(
        select(PhoneNumber).where(speaks_for_schools_of(staff), PhoneNumber.address.in_(wanted), PhoneNumber.purpose != Purpose.FAX)
    )
    if number is None:
        raise Refused(Why.UNKNOWN, "ShortCode is no number of this customer. Use one that families can text to.", field=place)
    return number


def phone_of(text: str, place: str) -> str:
    """The recipient's number. Raises Refused for what cannot be one."""
    number = phone_numbers.parse_or_none(f"+{text.lstrip('+')}")
    if number is None:
        raise Refused(Why.RULE, "RecipientNumber is no phone number. Write it with its country code.", field=place)
    return number


def wish_of(one: dict[str, Any], place: str) -> Wish:
    """What is to be written down. Raises Refused."""
    said = keyword(one["Keyword"])
    if said is None:
        sentence = f"“{one['Keyword']}” is no keyword. STOP and START change the state; so do the other words that carriers take for them."
        raise Refused(Why.RULE, sentence, code="no_keyword", field=f"{place}/Keyword")
    return Wish(phone_of(one["RecipientNumber"], f"{place}/RecipientNumber"), said, one["Keyword"])


def set_state(staff: Staff, number: PhoneNumber, code: str, wish: Wish, given: str) -> dict[str, Any]:
    """Write it down, and say how it is then. Somebody who said STOP by themselves is not brought back by a program."""
    message = "Nothing changed: HELP asks for information."
    if wish.keyword in _KINDS:
        kind = _KINDS[wish.keyword]
        try:
            record_for_sender(staff, wish.number, number, kind=kind, wording=f"{wish.word} (by {_signed(staff)})")
            message = "Opted out: nothing more is sent from this number." if kind is ConsentKind.OPTED_OUT else "Opted in."
        except HomeroomError as refusal:
            message = refusal.advice
    return state(number, code, wish.number, given, message)


def _signed(staff: Staff) -> str:
    """Who says so, as the ledger has it."""
    system = system_behind()
    return f"{system}, for {staff.name}" if system else staff.name


def set_states(staff: Staff, number: PhoneNumber, code: str, wanted: Sequence[tuple[Wish, str]]) -> list[dict[str, Any]]:
    """The same for many, each with the number as it was given: all of them or none, in order."""
    with transaction():
        return [set_state(staff, number, code, wish, given) for wish, given in wanted]


def state(number: PhoneNumber, code: str, phone: str, given: str, message: str = "") -> dict[str, Any]:
    """The state as it is now: opted in unless a keyword said otherwise."""
    is_out = queries.has_opted_out(number.district_id, phone, number.consent_scope)
    words = message or ("Opted out by a keyword, or by the school." if is_out else "Opted in.")
    return {"ShortCode": code, "RecipientNumber": given, "IsOptedIn": 0 if is_out else 1, "Message": words}
