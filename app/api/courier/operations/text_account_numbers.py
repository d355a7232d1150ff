"""The numbers of text accounts, and their logs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import NumberLog, NumberRules
from app.api.courier.texting import accounts
from app.core.database import db
from app.core.ids import made_at
from app.directory.models import MessagingService, PhoneNumber


@face.operation("listTextAccountNumbers", scope=Scope.READ_TEXTS)
def list_text_account_numbers(asked: Asked) -> Answer:
    """By account, or by number."""
    wanted = accounts.numbers_of(asked.staff).order_by(PhoneNumber.id)
    if asked.query.get("account-id"):
        account = accounts.account_named(asked.staff, asked.query["account-id"], field="query/account-id")
        wanted = wanted.where(PhoneNumber.messaging_service_id == account.pool.id)
    for name in ("filter[phone-number]", "phone-number"):
        if asked.query.get(name):
            wanted = wanted.where(PhoneNumber.address == asked.query[name])
    return Answer(body=jsonapi.page(asked, wanted, _shown))


@face.operation("createTextAccountNumber", scope=Scope.MANAGE)
def create_text_account_number(asked: Asked) -> Answer:
    """Take a number into the account."""
    wanted = jsonapi.given(asked)
    account = accounts.account_named(asked.staff, wanted["account-id"], field="body/data/attributes/account-id")
    settings: dict[str, Any] = {name: wanted[name] for name in ("alert", "forward-to", "logging", "notes") if name in wanted}
    number = accounts.take_number(asked.caller, account, area_code=wanted.get("area-code"), wanted=settings)
    return Answer(201, jsonapi.document(shown_number(number)))


@face.operation("getTextAccountNumber", scope=Scope.READ_TEXTS)
def get_text_account_number(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(shown_number(accounts.number_named(asked.staff, jsonapi.path_id(asked)))))


@face.operation("updateTextAccountNumber", scope=Scope.MANAGE)
def update_text_account_number(asked: Asked) -> Answer:
    """What it does beside its work."""
    number = accounts.number_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shown_number(accounts.change_number(asked.caller, number, dict(jsonapi.given(asked))))))


@face.operation("resetTextAccountNumberLogs", scope=Scope.MANAGE)
def reset_text_account_number_logs(asked: Asked) -> Answer:
    """Empty its log."""
    number = accounts.number_named(asked.staff, jsonapi.path_id(asked))
    return Answer(201, jsonapi.document(shown_number(accounts.empty_log(asked.staff, number))))


@face.operation("listTextNumberLogs", scope=Scope.READ_TEXTS)
def list_text_number_logs(asked: Asked) -> Answer:
    """What was logged of a number, the newest first."""
    number = accounts.number_named(asked.staff, asked.query["number-id"], field="query/number-id")
    lines = select(NumberLog).where(NumberLog.phone_number_id == number.id).order_by(NumberLog.id.desc())
    return Answer(body=jsonapi.page(asked, lines, lambda rows: [_line(row) for row in rows]))


def shown_number(number: PhoneNumber) -> dict[str, Any]:
    """As a resource."""
    return _shown([number])[0]


def _shown(numbers: Sequence[PhoneNumber]) -> list[Resource]:
    ids = [number.id for number in numbers]
    rules = {each.phone_number_id: each for each in db.session.scalars(select(NumberRules).where(NumberRules.phone_number_id.in_(ids)))}
    pools = {number.messaging_service_id for number in numbers}
    homes = dict(db.session.execute(select(MessagingService.id, MessagingService.uuid).where(MessagingService.id.in_(pools))).all())
    return [_shape(number, rules.get(number.id), str(homes[number.messaging_service_id or 0])) for number in numbers]


def _line(row: NumberLog) -> Resource:
    return resource("text-number-logs", row.uuid, {"created-at": moment(row.at), "log": row.line})


def _shape(number: PhoneNumber, rules: NumberRules | None, account_id: str) -> Resource:
    return resource(
        "text-account-numbers",
        number.uuid,
        {
            "account-id": account_id,
            "alert": bool(rules and rules.alert),
            "capability-mms": True,
            "capability-sms": True,
            "capability-voice": number.kind != "short_code",
            "created-at": moment(made_at(number.uuid)),
            "events": {"unknown-number": rules.unknown_number if rules else {}},
            "forward-to": rules.forward_to if rules else None,
            "lata": None,
            "latitude": None,
            "logging": bool(rules and rules.logging),
            "longitude": None,
            "notes": (rules.notes if rules else None) or number.label,
            "phone-number": number.address,
            "postal-code": None,
            "rate-center": None,
            "region": None,
            "twilio-id": number.provider_id,
        },
    )
