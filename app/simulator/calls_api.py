"""The carrier's Calls resource: place, list, look up, end; and for tests, everything that happened on a call."""

import time
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from app.simulator import call_posts, calls
from app.simulator.calls import Call, CallOrder
from app.simulator.control_api import only_for_tests, say_what_is_wrong
from app.simulator.lost_answers import lose_connection
from app.simulator.messages_api import only_for_the_account
from app.simulator.parts import simulator
from app.simulator.refusals import Refusal, refuse
from app.simulator.wire import answer, is_phone_number, mail_date, moment, older_page, page_size, page_token

MARK = "PACA"
LONGEST_RING = 600
KEYS = "0123456789*#"

api = Blueprint("calls_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)
control = Blueprint("calls_control", __name__, url_prefix="/_control")
control.before_request(only_for_tests)
control.register_error_handler(BadRequest, say_what_is_wrong)


@api.post("/Calls.json")
def create() -> Response:
    """Have a phone ring."""
    parts = simulator()
    faults = parts.network.faults
    with parts.network.traffic.one_more():
        try:
            for share, code in ((faults.busy_rate, 20429), (faults.error_rate, 20500)):
                if parts.network.happens(share):
                    raise refuse(code)
            call, fate = parts.exchange.place(_order())
        except Refusal as refusal:
            parts.network.traffic.note(refusal)
            raise
        if faults.latency_max > 0:
            time.sleep(parts.network.random.uniform(min(faults.latency_min, faults.latency_max), faults.latency_max))
        if fate.loses_answer or parts.network.happens(faults.lost_answer_rate):
            return lose_connection(faults.lost_answer_seconds)
    if fate.refusal is not None:
        raise refuse(fate.refusal)
    return answer(shown(call), 201)


def _order() -> CallOrder:
    form = request.form
    if "Twiml" in form or "ApplicationSid" in form:
        raise refuse(20001, what="This simulated network asks the address in Url for the script of a call, and nothing else")
    ring = form.get("Timeout", "60")
    if not ring.isdigit() or not 0 < int(ring) <= LONGEST_RING:
        raise refuse(20001, what="Timeout is a number of seconds from 1 to 600")
    return CallOrder(
        to=form.get("To", ""), sender=form.get("From", ""), url=form.get("Url", ""), status_callback=form.get("StatusCallback", ""),
        events=tuple(form.getlist("StatusCallbackEvent")) or ("completed",),
        detects=form.get("MachineDetection", "") in {"Enable", "DetectMessageEnd"}, ring_seconds=float(ring),
    )  # fmt: skip


@api.get("/Calls.json")
def listing() -> Response:
    """The newest calls, by To, From, Status and StartTime."""
    args = request.args
    after = args.get("StartTime>")
    with simulator().storage.reading() as connection:
        rows = calls.matching(
            connection, to=args.get("To"), sender=args.get("From"), status=args.get("Status"),
            since=moment(after)[0] if after else None, before=page_token(MARK), limit=page_size() + 1,
        )  # fmt: skip
    return older_page(rows, "calls", lambda call: f"{MARK}{call.id}", shown)


@api.get("/Calls/<sid>.json")
def one(sid: str) -> Response:
    """One call."""
    return answer(shown(_call(sid)))


@api.post("/Calls/<sid>.json")
def update(sid: str) -> Response:
    """End a call: Status=completed whoever is on the line, Status=canceled only while nobody is."""
    call, wanted = _call(sid), request.form.get("Status", "")
    if wanted not in {"completed", "canceled"}:
        raise refuse(20001, what="A call can be ended with Status=completed or Status=canceled, nothing else")
    if call.is_over or (wanted == "canceled" and call.answered is not None):
        raise refuse(21220)
    simulator().exchange.hang_up(call, by="school")
    return answer(shown(_call(sid)))


def _call(sid: str) -> Call:
    with simulator().storage.reading() as connection:
        call = calls.by_sid(connection, sid)
    if call is None:
        raise refuse(20404, path=request.path)
    return call


def shown(call: Call) -> dict[str, Any]:
    """A call in the carrier's words."""
    account = simulator().settings.account_sid
    uri = f"/2010-04-01/Accounts/{account}/Calls/{call.sid}"
    return {
        "account_sid": account,
        "annotation": None,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": mail_date(call.created),
        "date_updated": mail_date(call.ended or call.answered or call.created),
        "direction": "outbound-api",
        "duration": str(call.seconds) if call.ended is not None else None,
        "end_time": mail_date(call.ended),
        "forwarded_from": None,
        "from": call.school,
        "from_formatted": call.school,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": mail_date(call.answered or call.ended),
        "status": call.status,
        "subresource_uris": {},
        "to": call.handset,
        "to_formatted": call.handset,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


@control.get("/calls")
def everything() -> Response:
    """Calls, newest first, with what happened on them and what the school was told: filter by to, from, status; `limit`."""
    args = request.args
    if not args.get("limit", "1000").isdigit():
        raise BadRequest("limit is a whole number")
    with simulator().storage.reading() as connection:
        found = calls.matching(
            connection, to=args.get("to"), sender=args.get("from"), status=args.get("status"), limit=int(args.get("limit", "1000"))
        )
        described = [
            _without_inside(call)
            | {
                "lines": [asdict(line) for line in calls.lines_of(connection, call.id)],
                "told": [dict(row) for row in call_posts.of_call(connection, call.id)],
            }
            for call in found
        ]
    return answer({"calls": described})


def _without_inside(call: Call) -> dict[str, Any]:
    return {name: value for name, value in asdict(call).items() if name not in {"script", "gather", "claim"}}


@control.post("/handsets/<number>/call/<act>")
def be_a_person(number: str, act: str) -> Response:
    """Act on the call of a phone: hold (as if its page were open), answer, voicemail, decline, hang_up, press {"keys": "1"}."""
    exchange = simulator().exchange
    if not is_phone_number(number):
        raise BadRequest("the phone's number is in E.164")
    if act == "hold":
        exchange.hold(number)
        return answer({"ok": True})
    with simulator().storage.reading() as connection:
        call = calls.on_the_line(connection, number)
    if call is None:
        raise NotFound
    if act == "press":
        given: Any = request.get_json(silent=True) or {}
        pressed = [exchange.press(call, key) for key in str(given.get("keys", "")) if key in KEYS]
        return answer({"ok": all(pressed)})
    if act in {"answer", "voicemail"}:
        return answer({"ok": exchange.answer(call, by="person" if act == "answer" else "voicemail")})
    if act == "decline":
        return answer({"ok": exchange.decline(call)})
    if act == "hang_up":
        return answer({"ok": exchange.hang_up(call, by="phone")})
    raise BadRequest(f"{act} is not among hold, answer, voicemail, decline, hang_up and press")
