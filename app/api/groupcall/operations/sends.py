"""Texts, emails and whatever suits each recipient: one message, or a batch of them."""

import base64
import binascii
import io
from collections.abc import Callable, Sequence
from typing import Any

from app.accounts.permissions import Permission, role_allows
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.groupcall import service
from app.api.groupcall.customers import Customer, Door, admit_all
from app.api.groupcall.face import face
from app.api.groupcall.models import Fate
from app.api.groupcall.planning import Order, Plan, check_country, plan, send_time
from app.api.groupcall.spelling import strangers
from app.api.nearest import is_sayable
from app.api.refusals import Refused, Why
from app.conversations.service.attachments import Kept, keep_all, throw_away

WITH_FILES = 20 * 1024 * 1024
"""Bytes of a request whose emails carry files."""
MOST_NAMED = 20
_CONTENT = {"Recipients", "recipients", "SMSMessage", "smsMessage", "emailBody", "NotificationMessage", "XpressionsBody"}
"""Members of a message, which a batch keeps inside messageData."""
"""Members of a message that a warning names."""
Making = Callable[[Customer, dict[str, Any], str], Order]


@face.operation("sendSms", scope=None)
def send_sms(asked: Asked) -> Answer:
    """Texts."""
    return _send(asked, ("CustomerId", "Password"), _sms_order)


@face.operation("sendEmail", scope=None, limit=WITH_FILES)
def send_email(asked: Asked) -> Answer:
    """Emails."""
    return _send(asked, ("customerId", "password"), _email_order)


@face.operation("sendMulti", scope=None, limit=WITH_FILES)
def send_multi(asked: Asked) -> Answer:
    """A text where one can arrive, else an email."""
    return _send(asked, ("customerId", "password"), _multi_order, partner_key=asked.body.get("PartnerKey"))


def _send(asked: Asked, names: tuple[str, str], making: Making, partner_key: str | None = None) -> Answer:
    is_batch = "messageData" in asked.body
    messages: list[dict[str, Any]] = asked.body["messageData"] if is_batch else [asked.body]
    if is_batch and not _CONTENT.isdisjoint(asked.body):
        sentence = "Send either one message or messageData, each with its recipients: this is both. Nothing was sent."
        raise Refused(Why.INVALID, sentence, code="one_or_batch", field="body")
    places = [f"body/messageData/{number}" for number in range(len(messages))] if is_batch else ["body"]
    door = Door(Scope.ANNOUNCE)
    customers = admit_all(door, messages, names, partner_key)
    for customer in customers:
        _may_send(customer, door)
    orders = [making(customer, one, place) for customer, one, place in zip(customers, messages, places, strict=True)]
    for order in orders:
        check_country(order)
    plans = [plan(order) for order in orders]
    _warn(plans, asked)
    kept = _files(orders)
    try:
        taken = service.accept([(one, _extras(one.order, files)) for one, files in zip(plans, kept, strict=True)])
    except BaseException:
        throw_away(*(key for files in kept for file in files for key in (file.file_key, file.thumbnail_key)))
        raise
    results = [_result(one) for one in taken]
    return Answer(body=results if is_batch else results[0], headers=door.headers)


def _may_send(customer: Customer, door: Door) -> None:
    """What a batch sends, nobody approves first: so it takes who may announce without that."""
    if not role_allows(customer.staff.role, Permission.SEND_ANNOUNCEMENTS):
        sentence = "Whoever this key acts as may not send to many without approval. Use a key of an application, or of an admin."
        raise Refused(Why.NOT_ALLOWED, sentence, code="needs_approval", headers=door.headers)


def _sms_order(customer: Customer, one: dict[str, Any], place: str) -> Order:
    recipients = [{"MobileNumber": each} if isinstance(each, str) else each for each in one["Recipients"]]
    when = send_time(one.get("SendDateTime"), f"{place}/SendDateTime")
    return Order(customer, one, place, one["SMSMessage"], None, recipients, one.get("DynamicTokens", {}), when, one.get("SMSSender"))


def _email_order(customer: Customer, one: dict[str, Any], place: str) -> Order:
    when = send_time(one.get("sendDateTime"), f"{place}/sendDateTime")
    return Order(customer, one, place, None, one["emailBody"], one["recipients"], one.get("dynamicTokens", {}), when)


def _multi_order(customer: Customer, one: dict[str, Any], place: str) -> Order:
    when = send_time(one.get("sendDateTime"), f"{place}/sendDateTime")
    tokens = one.get("dynamicTokens", {})
    return Order(
        customer, one, place, one.get("smsMessage"), one.get("emailBody"), one["recipients"], tokens, when, needs_sender=False
    )  # fmt: skip


def _warn(plans: Sequence[Plan], asked: Asked) -> None:
    """Of what the house takes and does otherwise, or does not know."""
    around = {name: value for name, value in asked.body.items() if name != "messageData"}
    for one in plans:
        body = one.order.body
        if names := [each if is_sayable(each) else "…" for each in strangers(asked.operation, {**around, **body})]:
            one.warnings.append(f"Not known here, and left aside: {', '.join(names[:MOST_NAMED])}.")
        if body.get("SMSSender"):
            one.warnings.append("SMSSender is not shown: texts leave from the school's own number.")
        if body.get("emailSentFromAddress") or body.get("emailSentFromName"):
            one.warnings.append("emailSentFromAddress and emailSentFromName are not shown: emails leave in the school's name.")
        if any(body.get(name) for name in ("NotificationMessage", "XpressionsBody", "sendXpression")):
            one.warnings.append("Push and app timeline need an app, which this house does not have; texts and emails were used alone.")


def _extras(order: Order, files: Sequence[Kept]) -> service.Extras:
    body = order.body
    media = [{"key": file.file_key, "content_type": file.content_type, "name": file.name} for file in files]
    return service.Extras(
        body.get("ClientRef", body.get("clientRef")),
        body.get("UserName", body.get("userName")),
        body.get("CallbackUrl", body.get("callbackUrl")),
        body.get("emailSubject"),
        body.get("emailReplyToAddress") or body.get("emailSentFromAddress"),
        media,
    )


def _files(orders: Sequence[Order]) -> list[list[Kept]]:
    """The attachments of each message, stored. Raises what refuses one of them; then none is kept."""
    kept: list[list[Kept]] = []
    try:
        for order in orders:
            given = order.body.get("attachments", []) if order.email is not None else []
            streams = [(_decoded(one, f"{order.place}/attachments/{n}"), one["FileName"], None) for n, one in enumerate(given)]
            kept.append(keep_all(streams))
    except BaseException:
        throw_away(*(key for files in kept for file in files for key in (file.file_key, file.thumbnail_key)))
        raise
    return kept


def _decoded(one: dict[str, Any], place: str) -> io.BytesIO:
    try:
        return io.BytesIO(base64.b64decode("".join(one["FileData"].split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refused(Why.RULE, "FileData is no base64. Nothing was sent.", code="not_base64", field=f"{place}/FileData") from error


def _result(taken: service.Accepted) -> dict[str, Any]:
    queued = taken.plan.queued
    return {
        "MessageSentId": 0,
        "MessageId": taken.message_id,
        "statusMsg": str(Fate.IN_QUEUE) if queued else "Nothing to send",
        "transmitDateTime": taken.send_at.isoformat(),
        "ClientRef": taken.plan.order.body.get("ClientRef", taken.plan.order.body.get("clientRef")),
        "WarningMessages": taken.plan.warnings,
        "errorMsg": f"OK {queued} messages queued for sending.",
    }
