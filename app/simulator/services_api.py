"""The carrier's messaging services: pools of numbers that share webhooks and opt-outs."""

import time
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import numbers
from app.simulator.numbers import Number, Service
from app.simulator.parts import simulator
from app.simulator.refusals import refuse
from app.simulator.wire import answer, check_caller, iso_date, newer_page, origin, page_size, page_token

MARK = "PAMG"

api = Blueprint("services_api", __name__, url_prefix="/v1/Services")


@api.before_request
def only_for_the_account() -> None:
    """Refuse everybody but the account's owner."""
    check_caller(simulator().settings.account_sid, simulator().settings.auth_token)


@api.post("")
def create() -> Response:
    """Make a service."""
    name = request.form.get("FriendlyName", "")
    if not name:
        raise refuse(20001, what="Missing required parameter FriendlyName in the post body")
    with simulator().storage.transaction() as connection:
        service = numbers.found_service(
            connection, name, at=time.time(), inbound_url=request.form.get("InboundRequestUrl", ""),
            status_callback=request.form.get("StatusCallback", ""),
            number_decides=request.form.get("UseInboundWebhookOnNumber") == "true",
        )  # fmt: skip
    return answer(shown(service), 201)


@api.get("")
def listing() -> Response:
    """The account's services."""
    with simulator().storage.reading() as connection:
        rows = numbers.services(connection, after=page_token(MARK) or 0, limit=page_size() + 1)
    return newer_page(rows, "services", lambda service: f"{MARK}{service.id}", shown)


@api.get("/<sid>")
def one(sid: str) -> Response:
    """One service."""
    return answer(shown(_service(sid)))


@api.post("/<sid>")
def change(sid: str) -> Response:
    """Change a service's name or webhooks."""
    service = _service(sid)
    form = request.form
    names = {"FriendlyName": "name", "InboundRequestUrl": "inbound_url", "StatusCallback": "status_callback"}
    changes: dict[str, object] = {column: form[name] for name, column in names.items() if name in form}
    if "UseInboundWebhookOnNumber" in form:
        changes["number_decides"] = form["UseInboundWebhookOnNumber"] == "true"
    with simulator().storage.transaction() as connection:
        changed = numbers.change_service(connection, service, changes)
    return answer(shown(changed))


@api.delete("/<sid>")
def close(sid: str) -> Response:
    """End a service; its numbers stay."""
    service = _service(sid)
    with simulator().storage.transaction() as connection:
        numbers.close_service(connection, service)
    return Response(status=204)


@api.post("/<sid>/PhoneNumbers")
def add_number(sid: str) -> Response:
    """Put a number of the account into the pool."""
    service = _service(sid)
    with simulator().storage.transaction() as connection:
        number = numbers.by_sid(connection, request.form.get("PhoneNumberSid", ""))
        if number is None:
            raise refuse(20404, path=request.path)
        if number.service_sid:
            raise refuse(21710)
        numbers.put_in_service(connection, number, service.sid)
    return answer(shown_number(service, number), 201)


@api.get("/<sid>/PhoneNumbers")
def pool(sid: str) -> Response:
    """The numbers of the pool."""
    service = _service(sid)
    with simulator().storage.reading() as connection:
        rows = numbers.owned(connection, service_sid=service.sid, after=page_token(MARK) or 0, limit=page_size() + 1)
    return newer_page(rows, "phone_numbers", lambda number: f"{MARK}{number.id}", lambda number: shown_number(service, number))


@api.get("/<sid>/PhoneNumbers/<number_sid>")
def one_number(sid: str, number_sid: str) -> Response:
    """One number of the pool."""
    service = _service(sid)
    return answer(shown_number(service, _number(service, number_sid)))


@api.delete("/<sid>/PhoneNumbers/<number_sid>")
def remove_number(sid: str, number_sid: str) -> Response:
    """Take a number out of the pool."""
    number = _number(_service(sid), number_sid)
    with simulator().storage.transaction() as connection:
        numbers.put_in_service(connection, number, None)
    return Response(status=204)


def _service(sid: str) -> Service:
    with simulator().storage.reading() as connection:
        service = numbers.service(connection, sid)
    if service is None:
        raise refuse(20404, path=request.path)
    return service


def _number(service: Service, number_sid: str) -> Number:
    with simulator().storage.reading() as connection:
        number = numbers.by_sid(connection, number_sid)
    if number is None or number.service_sid != service.sid:
        raise refuse(20404, path=request.path)
    return number


def shown(service: Service) -> dict[str, Any]:
    """A service in the carrier's words."""
    url = f"{origin()}/v1/Services/{service.sid}"
    date = iso_date(service.created)
    return {
        "account_sid": simulator().settings.account_sid, "sid": service.sid, "friendly_name": service.name,
        "date_created": date, "date_updated": date, "inbound_request_url": service.inbound_url or None,
        "inbound_method": "POST", "fallback_url": None, "fallback_method": "POST",
        "status_callback": service.status_callback or None, "sticky_sender": True, "mms_converter": True,
        "smart_encoding": False, "scan_message_content": "inherit", "fallback_to_long_code": False,
        "area_code_geomatch": True, "synchronous_validation": False, "validity_period": 36000, "usecase": "undeclared",
        "us_app_to_person_registered": True, "use_inbound_webhook_on_number": service.number_decides, "url": url,
        "links": {"phone_numbers": f"{url}/PhoneNumbers"},
    }  # fmt: skip


def shown_number(service: Service, number: Number) -> dict[str, Any]:
    """A number of a pool in the carrier's words."""
    date = iso_date(number.created)
    return {
        "sid": number.sid, "account_sid": simulator().settings.account_sid, "service_sid": service.sid,
        "phone_number": number.number, "country_code": "US", "capabilities": ["Voice", "SMS", "MMS"],
        "date_created": date, "date_updated": date,
        "url": f"{origin()}/v1/Services/{service.sid}/PhoneNumbers/{number.sid}",
    }  # fmt: skip
