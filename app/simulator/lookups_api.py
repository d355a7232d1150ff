"""The carrier's number lookup: whether a number exists, and what kind of line it is."""

import re
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import handsets
from app.simulator.behaviour import line_type_of
from app.simulator.parts import simulator
from app.simulator.wire import answer, check_caller, is_phone_number, national, origin

CARRIERS = {"mobile": "Pretend Wireless", "landline": "Pretend Telephone Co.", "voip": "Pretend Internet Calls"}
LINE_TYPES = {"mobile": "mobile", "landline": "landline", "voip": "nonFixedVoip"}
TEN_DIGITS, ELEVEN_DIGITS = 10, 11

api = Blueprint("lookups_api", __name__, url_prefix="/v2/PhoneNumbers")


@api.before_request
def only_for_the_account() -> None:
    """Refuse everybody but the account's owner."""
    check_caller(simulator().settings.account_sid, simulator().settings.auth_token)


@api.get("/<given>")
def look_up(given: str) -> Response:
    """What is known of a number; Fields=line_type_intelligence adds the kind of line."""
    number = _in_full(given)
    with simulator().storage.reading() as connection:
        line_type = line_type_of(handsets.by_number(connection, number))
    valid = is_phone_number(number) and line_type != "invalid"
    fields = request.args.get("Fields", "").split(",")
    return answer({
        "calling_country_code": "1" if number.startswith("+1") else None,
        "country_code": "US" if valid and number.startswith("+1") else None,
        "phone_number": number,
        "national_format": national(number),
        "valid": valid,
        "validation_errors": [] if valid else [_what_is_wrong(number)],
        "caller_name": None, "sim_swap": None, "call_forwarding": None, "line_status": None, "identity_match": None,
        "reassigned_number": None, "sms_pumping_risk": None, "phone_number_quality_score": None, "pre_fill": None,
        "line_type_intelligence": _line(line_type) if valid and "line_type_intelligence" in fields else None,
        "url": f"{origin()}/v2/PhoneNumbers/{number}",
    })  # fmt: skip


def _in_full(given: str) -> str:
    digits = re.sub(r"[^\d+]", "", given)
    if not digits.startswith("+") and len(digits) == TEN_DIGITS and request.args.get("CountryCode", "US") == "US":
        return f"+1{digits}"
    return digits if digits.startswith("+") else f"+{digits}"


def _what_is_wrong(number: str) -> str:
    digits = len(number) - 1
    if number.startswith("+1") and digits != ELEVEN_DIGITS:
        return "TOO_SHORT" if digits < ELEVEN_DIGITS else "TOO_LONG"
    return "INVALID_BUT_POSSIBLE" if is_phone_number(number) else "NOT_A_NUMBER"


def _line(line_type: str) -> dict[str, Any]:
    return {
        "type": LINE_TYPES[line_type], "carrier_name": CARRIERS[line_type], "error_code": None,
        "mobile_country_code": "310" if line_type == "mobile" else None,
        "mobile_network_code": "000" if line_type == "mobile" else None,
    }  # fmt: skip
