"""Single texts, what came of them, and the raw record of what was received."""

from collections.abc import Sequence

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import SingleText
from app.api.courier.queries import text_accounts as accounts
from app.api.courier.queries import texts as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.service import texts as service
from app.api.courier.service.text_checks import look_up
from app.api.courier.service.texts import Order
from app.api.courier.shapes import texts as shapes


@face.operation("listTexts", scope=Scope.READ_TEXTS)
def list_texts(asked: Asked) -> Answer:
    """Those of an account that were sent by this surface, and what was answered to them, the newest first."""
    account = accounts.account_named(asked.staff, asked.query["account-id"], field="query/account-id")
    wanted = queries.texts_visible_to(asked.staff).where(SingleText.messaging_service_id == account.pool.id)
    if asked.query.get("filter[number-id]"):
        number = accounts.number_named(asked.staff, asked.query["filter[number-id]"], field="query/filter[number-id]")
        wanted = wanted.where(SingleText.phone_number_id == number.id)
    if asked.query.get("filter[target]"):
        wanted = wanted.where(SingleText.address == asked.query["filter[target]"])
    return Answer(body=jsonapi.page(asked, wanted.order_by(SingleText.id.desc()), _shown))


@face.operation("createText", scope=Scope.SEND_TEXTS)
def create_text(asked: Asked) -> Answer:
    """Into the thread with whoever has that phone, and into the outbox."""
    wanted = jsonapi.given(asked)
    account = accounts.account_named(asked.staff, wanted["account-id"], field="body/data/attributes/account-id")
    if wanted.get("organization-id"):
        place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    number = wanted.get("number-id")
    order = Order(
        account=account, target=wanted["target"], body=wanted["message"], callback_url=wanted.get("callback-url"),
        number=accounts.number_named(asked.staff, number, field="body/data/attributes/number-id") if number else None,
        status_url=wanted.get("callback-status-url"), callback_json=wanted.get("callback-json"),
        is_one_off=bool(wanted.get("callback-one-off")), expected=tuple(wanted.get("expected-responses") or ()),
    )  # fmt: skip
    return Answer(201, jsonapi.document(_shown([service.send_text(asked.caller, order)])[0]))


@face.operation("getText", scope=Scope.READ_TEXTS)
def get_text(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_shown([queries.text_named(asked.staff, jsonapi.path_id(asked))])[0]))


@face.operation("receiveTextCallback", scope=Scope.SEND_TEXTS)
def receive_text_callback(asked: Asked) -> Answer:
    """News of a text. It says only which: the carrier is asked, and what it says counts."""
    look_up(queries.text_named(asked.staff, jsonapi.path_id(asked)))
    return Answer(204)


@face.operation("getTextReceiveLog", scope=Scope.READ_TEXTS)
def get_text_receive_log(asked: Asked) -> Answer:
    """One text as it came, by the carrier's id."""
    return Answer(body=jsonapi.document(shapes.received(*queries.received(asked.staff, asked.path["id"]))))


def _shown(rows: Sequence[SingleText]) -> list[Resource]:
    return [shapes.text(each) for each in queries.texts_shown(rows)]
