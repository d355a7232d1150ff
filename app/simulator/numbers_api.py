"""The carrier's phone numbers: search what is free, buy, list, change, give back."""

import time
import zlib
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import numbers
from app.simulator.messages_api import only_for_the_account
from app.simulator.numbers import Number
from app.simulator.parts import simulator
from app.simulator.refusals import refuse
from app.simulator.wire import answer, is_phone_number, mail_date, national, older_page, page_size, page_token

MARK = "PAPN"
CAPABILITIES = {"voice": True, "SMS": True, "MMS": True, "fax": False}
FIELDS = {
    "FriendlyName": "name", "SmsUrl": "sms_url", "VoiceUrl": "voice_url", "StatusCallback": "status_callback",
}  # fmt: skip
USUAL_AREA = "503"
TOLL_FREE_AREA = "844"

api = Blueprint("numbers_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)


@api.get("/AvailablePhoneNumbers/<country>/<kind>.json")
def available(country: str, kind: str) -> Response:
    """Numbers that could be bought: an endless supply, the same ones each time until they are taken."""
    if kind not in {"Local", "Mobile", "TollFree"}:
        raise refuse(20404, path=request.path)
    area = request.args.get("AreaCode") or _area_of(request.args.get("NearNumber", ""))
    area = TOLL_FREE_AREA if kind == "TollFree" else (area or USUAL_AREA)
    if not (area.isdigit() and len(area) == 3 and area[0] > "1"):  # noqa: PLR2004  # an area code
        raise refuse(20001, what="AreaCode has three digits")
    contains = "".join(letter for letter in request.args.get("Contains", "") if letter.isdigit())
    size = page_size()
    found: list[dict[str, Any]] = []
    with simulator().storage.reading() as connection:
        for index in range(2000):
            number = f"+1{area}{_line(area, index)}"
            if contains in number and numbers.by_number(connection, number) is None:
                found.append(_offered(number, country))
            if len(found) == size:
                break
    return answer({"available_phone_numbers": found, "uri": request.path})


def _area_of(number: str) -> str:
    return number[2:5] if is_phone_number(number) and number.startswith("+1") else ""


def _line(area: str, index: int) -> str:
    """Seven digits that depend on the area only, and never make a magic or an invalid number."""
    seed = zlib.crc32(f"{area}-{index}".encode())
    return f"{200 + seed % 350}{seed // 350 % 10000:04d}"


def _offered(number: str, country: str) -> dict[str, Any]:
    return {
        "friendly_name": national(number), "phone_number": number, "lata": None, "rate_center": None,
        "latitude": None, "longitude": None, "locality": None, "region": None, "postal_code": None,
        "iso_country": country, "address_requirements": "none", "beta": False, "capabilities": CAPABILITIES,
    }  # fmt: skip


@api.post("/IncomingPhoneNumbers.json")
def buy() -> Response:
    """Take a number: PhoneNumber, or any in AreaCode."""
    wanted = request.form.get("PhoneNumber", "")
    area = request.form.get("AreaCode", "")
    with simulator().storage.transaction() as connection:
        if not wanted and area:
            candidates = (f"+1{area}{_line(area, index)}" for index in range(2000))
            wanted = next((one for one in candidates if numbers.by_number(connection, one) is None), "")
        if not is_phone_number(wanted) or numbers.by_number(connection, wanted) is not None:
            raise refuse(21422, number=wanted or "A number")
        values = {column: request.form[name] for name, column in FIELDS.items() if name in request.form}
        number = numbers.own(connection, wanted, at=time.time(), **{"name": national(wanted)} | values)
    return answer(shown(number), 201)


@api.get("/IncomingPhoneNumbers.json")
def listing() -> Response:
    """The account's numbers."""
    with simulator().storage.reading() as connection:
        rows = numbers.owned(
            connection, number=request.args.get("PhoneNumber"), name=request.args.get("FriendlyName"),
            after=page_token(MARK) or 0, limit=page_size() + 1,
        )  # fmt: skip
    return older_page(rows, "incoming_phone_numbers", lambda number: f"{MARK}{number.id}", shown)


@api.get("/IncomingPhoneNumbers/<sid>.json")
def one(sid: str) -> Response:
    """One number of the account."""
    return answer(shown(_number(sid)))


@api.post("/IncomingPhoneNumbers/<sid>.json")
def change(sid: str) -> Response:
    """Change a number's name or webhooks."""
    number = _number(sid)
    changes = {column: request.form[name] for name, column in FIELDS.items() if name in request.form}
    with simulator().storage.transaction() as connection:
        changed = numbers.change(connection, number, changes)
    return answer(shown(changed))


@api.delete("/IncomingPhoneNumbers/<sid>.json")
def give_back(sid: str) -> Response:
    """Give a number back."""
    number = _number(sid)
    with simulator().storage.transaction() as connection:
        numbers.give_back(connection, number)
    return Response(status=204)


def _number(sid: str) -> Number:
    with simulator().storage.reading() as connection:
        number = numbers.by_sid(connection, sid)
    if number is None:
        raise refuse(20404, path=request.path)
    return number


def shown(number: Number) -> dict[str, Any]:
    """A number in the carrier's words."""
    account = simulator().settings.account_sid
    date = mail_date(number.created)
    return {
        "account_sid": account, "address_sid": None, "address_requirements": "none", "api_version": "2010-04-01",
        "beta": False, "bundle_sid": None, "capabilities": CAPABILITIES, "date_created": date, "date_updated": date,
        "emergency_address_sid": None, "emergency_address_status": "unregistered", "emergency_status": "Inactive",
        "friendly_name": number.name, "identity_sid": None, "origin": "twilio", "phone_number": number.number,
        "sid": number.sid, "sms_application_sid": "", "sms_fallback_method": "POST", "sms_fallback_url": "",
        "sms_method": "POST", "sms_url": number.sms_url, "status": "in-use",
        "status_callback": number.status_callback, "status_callback_method": "POST", "trunk_sid": None, "type": "local",
        "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{number.sid}.json",
        "voice_application_sid": "", "voice_caller_id_lookup": False, "voice_fallback_method": "POST",
        "voice_fallback_url": "", "voice_method": "POST", "voice_receive_mode": "voice", "voice_url": number.voice_url,
    }  # fmt: skip
