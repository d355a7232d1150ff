"""The carrier's Messages resource: send, list, look up, redact, cancel, delete; and the files of messages."""

import time
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import jobs, media, messages
from app.simulator.jobs import STATUS, Step
from app.simulator.lost_answers import lose_connection
from app.simulator.messages import Message, Wanted
from app.simulator.network import Order
from app.simulator.parts import simulator
from app.simulator.refusals import CALLBACK_ERRORS, refuse
from app.simulator.wire import answer, check_caller, mail_date, moment, older_page, page_size, page_token

MARK = "PASM"

api = Blueprint("messages_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")


@api.url_value_preprocessor
def only_for_the_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Refuse everybody but the account's owner."""
    settings = simulator().settings
    check_caller(settings.account_sid, settings.auth_token)
    if (values or {}).pop("account", "") != settings.account_sid:
        raise refuse(20404, path=request.path)


@api.post("/Messages.json")
def create() -> Response:
    """Send a text."""
    parts = simulator()
    form = request.form
    if "ScheduleType" in form or "SendAt" in form:
        raise refuse(20001, what="This simulated network does not schedule: send when it is time")
    order = Order(
        to=form.get("To", ""),
        sender=form.get("From", ""),
        service_sid=form.get("MessagingServiceSid", ""),
        body=form.get("Body", ""),
        media_urls=tuple(form.getlist("MediaUrl")),
        status_callback=form.get("StatusCallback", ""),
    )
    with parts.network.traffic.one_more() as at_once:
        taken = parts.network.take(order, at_once)
        parts.post_office.wake()
        faults = parts.network.faults
        if faults.latency_max > 0:
            time.sleep(parts.network.random.uniform(min(faults.latency_min, faults.latency_max), faults.latency_max))
        if taken.outcome.loses_answer:
            return lose_connection(faults.lost_answer_seconds)
    if taken.outcome.refusal is not None:
        raise refuse(taken.outcome.refusal)
    return answer(shown(taken.message), 201)


@api.get("/Messages.json")
def listing() -> Response:
    """The newest messages, by To, From and DateSent."""
    since, until = _when()
    wanted = Wanted(to=request.args.get("To"), sender=request.args.get("From"), since=since, until=until)
    with simulator().storage.reading() as connection:
        rows = messages.matching(connection, wanted, before=page_token(MARK), limit=page_size() + 1)
    return older_page(rows, "messages", lambda message: f"{MARK}{message.id}", shown)


def _when() -> tuple[float | None, float | None]:
    since: float | None = None
    until: float | None = None
    if day := request.args.get("DateSent"):
        since, until = moment(day)
    if after := request.args.get("DateSent>"):
        since = moment(after)[0]
    if before := request.args.get("DateSent<"):
        until = moment(before)[1]
    return since, until


@api.get("/Messages/<sid>.json")
def one(sid: str) -> Response:
    """One message."""
    return answer(shown(_message(sid)))


@api.post("/Messages/<sid>.json")
def update(sid: str) -> Response:
    """Redact a message (Body="") or cancel one that has not gone out (Status=canceled)."""
    parts = simulator()
    message = _message(sid)
    if request.form.get("Status") == "canceled":
        if message.status not in messages.CANCELABLE:
            raise refuse(30409, sid=sid, status=message.status)
        with parts.storage.transaction() as connection:
            jobs.replace(connection, message.id, [Step(STATUS, "canceled", sets=False)], time.time())
            messages.advance(connection, message.id, "canceled", None, time.time())
        parts.post_office.wake()
    elif request.form.get("Body") == "":
        with parts.storage.transaction() as connection:
            messages.redact(connection, message.id, time.time())
    else:
        raise refuse(20001, what="A message can be redacted with Body= or canceled with Status=canceled, nothing else")
    return answer(shown(_message(sid)))


@api.delete("/Messages/<sid>.json")
def delete(sid: str) -> Response:
    """Forget a message that is over."""
    message = _message(sid)
    if message.status not in messages.FINAL:
        raise refuse(20009)
    with simulator().storage.transaction() as connection:
        messages.delete(connection, [message.id])
    return Response(status=204)


@api.get("/Messages/<sid>/Media.json")
def files(sid: str) -> Response:
    """The files of a message."""
    message = _message(sid)
    with simulator().storage.reading() as connection:
        rows = media.of_message(connection, message.id)
    return older_page(rows, "media_list", lambda medium: f"{MARK}{medium.id}", lambda m: shown_file(message, m))


@api.get("/Messages/<sid>/Media/<file_sid>.json")
def file_facts(sid: str, file_sid: str) -> Response:
    """What is known of one file."""
    message = _message(sid)
    return answer(shown_file(message, _file(message, file_sid)))


@api.get("/Messages/<sid>/Media/<file_sid>")
def file_itself(sid: str, file_sid: str) -> Response:
    """One file."""
    medium = _file(_message(sid), file_sid)
    if medium.content is None:
        raise refuse(20404, path=request.path)
    return Response(medium.content, mimetype=medium.content_type)


@api.delete("/Messages/<sid>/Media/<file_sid>.json")
def delete_file(sid: str, file_sid: str) -> Response:
    """Forget one file."""
    medium = _file(_message(sid), file_sid)
    with simulator().storage.transaction() as connection:
        media.delete(connection, medium)
    return Response(status=204)


def _message(sid: str) -> Message:
    with simulator().storage.reading() as connection:
        message = messages.by_sid(connection, sid)
    if message is None:
        raise refuse(20404, path=request.path)
    return message


def _file(message: Message, file_sid: str) -> media.Medium:
    with simulator().storage.reading() as connection:
        medium = media.by_sid(connection, file_sid)
    if medium is None or medium.message_id != message.id:
        raise refuse(20404, path=request.path)
    return medium


def shown(message: Message) -> dict[str, Any]:
    """A message in the carrier's words."""
    account = simulator().settings.account_sid
    uri = f"/2010-04-01/Accounts/{account}/Messages/{message.sid}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": mail_date(message.created),
        "date_sent": mail_date(message.sent),
        "date_updated": mail_date(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": CALLBACK_ERRORS.get(message.error_code) if message.error_code else None,
        "from": message.sender if message.names_sender else None,
        "messaging_service_sid": message.service_sid,
        "num_media": str(message.num_media),
        "num_segments": str(message.num_segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def shown_file(message: Message, medium: media.Medium) -> dict[str, Any]:
    """A file in the carrier's words."""
    account = simulator().settings.account_sid
    return {
        "account_sid": account,
        "content_type": medium.content_type,
        "date_created": mail_date(medium.created),
        "date_updated": mail_date(medium.created),
        "parent_sid": message.sid,
        "sid": medium.sid,
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media/{medium.sid}.json",
    }
