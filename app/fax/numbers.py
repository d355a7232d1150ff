"""Where a fax can go: what somebody typed as a number, judged before anything is dialled."""

import re

import phonenumbers
from flask_babel import gettext as _
from phonenumbers import PhoneNumberType
from sqlalchemy import exists, select

from app.core import phone_numbers
from app.core.database import db
from app.directory.models import PhoneNumber
from app.fax.errors_sending import NotAFaxNumber

SERVICES = frozenset({"112", "211", "311", "411", "511", "611", "711", "811", "911", "933", "988", "999"})
"""Emergencies, crisis lines and information: a fax tone there harms people."""
_LINE = 7
DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


def recipient(text: str, district_id: int) -> str:
    """The E.164 number of the machine that `text` names. Raises NotAFaxNumber with what to do."""
    typed = text.strip()
    if not typed:
        raise NotAFaxNumber(_("Enter the fax number with its area code, like (206) 555-0134."))
    if re.sub(r"\D", "", typed) in SERVICES:
        raise NotAFaxNumber(_("This is a number for emergencies or services, where people answer. Enter the fax number of an office."))
    try:
        address = phone_numbers.parse(typed)
    except phone_numbers.UnusablePhoneNumber as refusal:
        raise NotAFaxNumber(refusal.advice) from refusal
    if not _is_all_of(typed, address):
        raise NotAFaxNumber(_("A fax goes to a whole number. Take away the extension, or whatever else stands after it."))
    if not phone_numbers.is_valid(address):
        raise NotAFaxNumber(_("There is no such phone number. Check its digits; one from abroad begins with + and its country code."))
    if phonenumbers.number_type(phonenumbers.parse(address)) in DEAR:
        raise NotAFaxNumber(_("Calls to this number cost extra, so nothing is faxed there. Ask for an ordinary fax number."))
    if is_ours(address, district_id):
        raise NotAFaxNumber(_("This is one of your district’s own numbers. Enter the number of the other side."))
    return address


def is_ours(address: str, district_id: int) -> bool:
    """Whether the district owns it."""
    return bool(db.session.scalar(select(exists().where(PhoneNumber.address == address, PhoneNumber.district_id == district_id))))


def as_kept(text: str) -> str:
    """What a draft keeps of a number that is being typed: the number once it is one, the letters until then."""
    found = phone_numbers.parse_or_none(text.strip())
    is_one = found is not None and phone_numbers.is_valid(found) and _is_all_of(text, found)
    return found if found is not None and is_one else " ".join(text.split())[:20]


def _is_all_of(typed: str, address: str) -> bool:
    """Whether nothing stands behind the number, such as an extension, that nobody would dial. Letters are those of the keys."""
    digits = re.sub(r"\D", "", phonenumbers.convert_alpha_characters_in_number(typed))
    return digits[-_LINE:] == address[-_LINE:]
