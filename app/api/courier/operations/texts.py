"""Single texts, what came of them, and the raw record of what was received."""

from sqlalchemy import select

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import moment, resource
from app.api.courier.models import SingleText
from app.api.courier.queries.organizations import place_named
from app.api.courier.texting import accounts, checking, reading, sending
from app.api.courier.texting.sending import Order
from app.api.refusals import Refused, Why
from app.carrier.models import InboundText
from app.core.database import db
from app.directory.models import PhoneNumber


@face.operation("listTexts", scope=Scope.READ_TEXTS)
def list_texts(asked: Asked) -> Answer:
    """Those of an account that were sent by this surface, and what was answered to them, the newest first."""
    account = accounts.account_named(asked.staff, asked.query["account-id"], field="query/account-id")
    wanted = reading.texts_visible_to(asked.staff).where(SingleText.messaging_service_id == account.pool.id)
    if asked.query.get("filter[number-id]"):
        number = accounts.number_named(asked.staff, asked.query["filter[number-id]"], field="query/filter[number-id]")
        wanted = wanted.where(SingleText.phone_number_id == number.id)
    if asked.query.get("filter[target]"):
        wanted = wanted.where(SingleText.address == asked.query["filter[target]"])
    return Answer(body=jsonapi.page(asked, wanted.order_by(SingleText.id.desc()), reading.shown))


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
    return Answer(201, jsonapi.document(reading.shown([sending.send_text(asked.caller, order)])[0]))


@face.operation("getText", scope=Scope.READ_TEXTS)
def get_text(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(reading.shown([reading.text_named(asked.staff, jsonapi.path_id(asked))])[0]))


@face.operation("receiveTextCallback", scope=Scope.SEND_TEXTS)
def receive_text_callback(asked: Asked) -> Answer:
    """News of a text. It says only which: the carrier is asked, and what it says counts."""
    checking.look_up(reading.text_named(asked.staff, jsonapi.path_id(asked)))
    return Answer(204)


@face.operation("getTextReceiveLog", scope=Scope.READ_TEXTS)
def get_text_receive_log(asked: Asked) -> Answer:
    """One text as it came, by the carrier's id."""
    row = db.session.execute(
        select(InboundText, PhoneNumber.address)
        .join(PhoneNumber, PhoneNumber.id == InboundText.phone_number_id)
        .where(InboundText.provider_id == asked.path["id"], InboundText.district_id == asked.caller.district_id)
    ).one_or_none()
    if row is None or not reading.may_read_raw(asked.staff, row.InboundText):
        raise Refused(Why.UNKNOWN, "No text of this id was received.")
    text = row.InboundText
    sender = text.sender if text.sender.startswith("+") else None
    shown = {"created-at": moment(text.received_at), "message": text.body, "sender": sender, "sid": text.provider_id, "to": row.address}
    return Answer(body=jsonapi.document(resource("text-receive-logs", text.provider_id, shown)))
