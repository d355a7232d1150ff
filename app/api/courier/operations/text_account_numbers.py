"""The numbers of text accounts, and their logs."""

from collections.abc import Sequence
from typing import Any

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.queries import text_accounts as queries
from app.api.courier.service import text_numbers as service
from app.api.courier.shapes import text_accounts as shapes
from app.directory.models import PhoneNumber


@face.operation("listTextAccountNumbers", scope=Scope.READ_TEXTS)
def list_text_account_numbers(asked: Asked) -> Answer:
    """By account, or by number."""
    wanted = queries.numbers_of(asked.staff).order_by(PhoneNumber.id)
    if asked.query.get("account-id"):
        account = queries.account_named(asked.staff, asked.query["account-id"], field="query/account-id")
        wanted = wanted.where(PhoneNumber.messaging_service_id == account.pool.id)
    for name in ("filter[phone-number]", "phone-number"):
        if asked.query.get(name):
            wanted = wanted.where(PhoneNumber.address == asked.query[name])
    return Answer(body=jsonapi.page(asked, wanted, _shown))


@face.operation("createTextAccountNumber", scope=Scope.MANAGE)
def create_text_account_number(asked: Asked) -> Answer:
    """Take a number into the account."""
    wanted = jsonapi.given(asked)
    account = queries.account_named(asked.staff, wanted["account-id"], field="body/data/attributes/account-id")
    settings: dict[str, Any] = {name: wanted[name] for name in ("alert", "forward-to", "logging", "notes") if name in wanted}
    number = service.take_number(asked.caller, account, area_code=wanted.get("area-code"), wanted=settings)
    return Answer(201, jsonapi.document(shown_number(number)))


@face.operation("getTextAccountNumber", scope=Scope.READ_TEXTS)
def get_text_account_number(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(shown_number(queries.number_named(asked.staff, jsonapi.path_id(asked)))))


@face.operation("updateTextAccountNumber", scope=Scope.MANAGE)
def update_text_account_number(asked: Asked) -> Answer:
    """What it does beside its work."""
    number = queries.number_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shown_number(service.change_number(asked.caller, number, dict(jsonapi.given(asked))))))


@face.operation("resetTextAccountNumberLogs", scope=Scope.MANAGE)
def reset_text_account_number_logs(asked: Asked) -> Answer:
    """Empty its log."""
    number = queries.number_named(asked.staff, jsonapi.path_id(asked))
    return Answer(201, jsonapi.document(shown_number(service.empty_log(asked.staff, number))))


@face.operation("listTextNumberLogs", scope=Scope.READ_TEXTS)
def list_text_number_logs(asked: Asked) -> Answer:
    """What was logged of a number, the newest first."""
    number = queries.number_named(asked.staff, asked.query["number-id"], field="query/number-id")
    return Answer(body=jsonapi.page(asked, queries.log_of(number), lambda rows: [shapes.log_line(each) for each in rows]))


def shown_number(number: PhoneNumber) -> Resource:
    """As a resource."""
    return _shown([number])[0]


def _shown(numbers: Sequence[PhoneNumber]) -> list[Resource]:
    return [shapes.number(each) for each in queries.numbers_shown(numbers)]
