"""Texts from handsets to the school, the words that every carrier acts on itself, and what the school answers in TwiML."""

import sqlite3
import time
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET  # nosec B405

from app.core import sms
from app.simulator import handsets, jobs, media, messages, numbers
from app.simulator.behaviour import DELIVERED, SLOW_SECONDS, Faults, outcome_for
from app.simulator.jobs import INBOUND, Step
from app.simulator.messages import Message, NewMessage
from app.simulator.network import LONGEST_BODY, Network
from app.simulator.settings import SimulatorSettings
from app.simulator.webhooks import Answer

KEYWORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "STOP"),
    **dict.fromkeys(("START", "YES", "UNSTOP"), "START"),
    **dict.fromkeys(("HELP", "INFO"), "HELP"),
}
ACKNOWLEDGEMENTS = {
    "STOP": "You are unsubscribed and will get no more texts from this number. Reply START to hear from it again.",
    "START": "You are subscribed again and will get texts from this number. Reply HELP for help, STOP to end.",
    "HELP": "Reply STOP to get no more texts from this number. Msg & data rates may apply.",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a handset sends."""

    content: bytes
    content_type: str


def send(network: Network, handset: str, school: str, body: str, uploads: tuple[Upload, ...] = ()) -> Message:
    """`handset` texts `school`. The network acts on STOP, START and HELP, then brings the text to the school's webhook."""
    now = time.time()
    faults = network.faults
    with network.storage.transaction() as connection:
        number = numbers.own(connection, school, at=now)
        keyword = KEYWORDS.get(body.strip().upper())
        message = messages.add(
            connection,
            NewMessage(
                "inbound", handset, school, body[:LONGEST_BODY], max(1, sms.measure(body).segments), "received", now,
                service_sid=number.service_sid, num_media=len(uploads), opt_out_type=keyword,
            ),
        )  # fmt: skip
        for upload in uploads:
            media.attach(connection, message.id, at=now, content=upload.content, content_type=upload.content_type)
        changes = _obey(connection, keyword, handset, number.scope, now)
        wait = SLOW_SECONDS if handsets.by_number(connection, handset).is_slow else 0.0
        jobs.add(connection, message.id, [Step(INBOUND, wait=wait)], now)
        if keyword and faults.acknowledges_keywords and (changes or keyword == "HELP"):
            _reply(connection, message, Reply(ACKNOWLEDGEMENTS[keyword]), faults, now)
    return message


def _obey(connection: sqlite3.Connection, keyword: str | None, handset: str, scope: str, now: float) -> bool:
    if keyword == "STOP":
        return handsets.opt_out(connection, handset, scope, now)
    if keyword == "START":
        return handsets.opt_in(connection, handset, scope)
    return False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook's answer wants to be texted back, and to whom (by default to the one who wrote)."""

    body: str
    media_urls: tuple[str, ...] = ()
    to: str = ""


def _reply(connection: sqlite3.Connection, given: Message, reply: Reply, faults: Faults, now: float) -> None:
    to = reply.to or given.handset
    outcome = outcome_for(handsets.by_number(connection, to))
    message = messages.add(
        connection,
        NewMessage(
            "outbound-reply", to, given.school, reply.body, max(1, sms.measure(reply.body).segments), "queued", now,
            service_sid=given.service_sid, num_media=len(reply.media_urls),
        ),
    )  # fmt: skip
    for url in reply.media_urls:
        media.attach(connection, message.id, at=now, source=url)
    end = replace(DELIVERED, final=outcome.final, error_code=outcome.error_code, final_after=outcome.final_after)
    plan = jobs.without_callback(jobs.plan_for(end, faults, fetches=bool(reply.media_urls)))
    jobs.add(connection, message.id, [replace(step, tells=False) for step in plan], now)


def webhook_of(connection: sqlite3.Connection, message: Message, usual: str) -> str:
    """Where the school wants to hear of an inbound text: its service says, or the number, or else `usual`."""
    number = numbers.by_number(connection, message.school)
    service = numbers.service(connection, message.service_sid)
    own = number.sms_url if number else ""
    if service is not None and service.inbound_url and not service.number_decides:
        return service.inbound_url
    return own or usual


def form_of(connection: sqlite3.Connection, message: Message, settings: SimulatorSettings) -> dict[str, str]:
    """What the webhook of an inbound text says, in the carrier's names."""
    form = {
        "AccountSid": settings.account_sid, "ApiVersion": "2010-04-01", "MessageSid": message.sid,
        "SmsMessageSid": message.sid, "SmsSid": message.sid, "SmsStatus": "received", "From": message.handset,
        "To": message.school, "Body": message.body, "NumSegments": str(message.num_segments),
        "NumMedia": str(message.num_media), "FromCountry": "US", "FromState": "", "FromCity": "", "FromZip": "",
        "ToCountry": "US", "ToState": "", "ToCity": "", "ToZip": "",
    }  # fmt: skip
    if message.service_sid:
        form["MessagingServiceSid"] = message.service_sid
    if message.opt_out_type:
        form["OptOutType"] = message.opt_out_type
    start = f"{settings.public_url}/2010-04-01/Accounts/{settings.account_sid}/Messages/{message.sid}/Media"
    for index, medium in enumerate(media.of_message(connection, message.id)):
        form[f"MediaUrl{index}"] = f"{start}/{medium.sid}"
        form[f"MediaContentType{index}"] = medium.content_type
    return form


def take_replies(network: Network, message: Message, answer: Answer) -> int:
    """Text back what the webhook's answer asks for; returns how many texts that makes. One who said STOP gets none."""
    replies = replies_in(answer)
    if not replies:
        return 0
    with network.storage.transaction() as connection:
        number = numbers.by_number(connection, message.school)
        scope = number.scope if number else message.school
        heard = [r for r in replies if not handsets.has_opted_out(connection, r.to or message.handset, scope)]
        for reply in heard:
            _reply(connection, message, reply, network.faults, time.time())
    return len(heard)


def replies_in(answer: Answer) -> list[Reply]:
    """The texts in a webhook's answer: <Message> elements of TwiML, or a body of plain text. Never raises."""
    text = answer.body.decode("utf-8", "replace").strip()
    if not text:
        return []
    if answer.content_type == "text/plain":
        return [Reply(text[:LONGEST_BODY])]
    if answer.content_type not in {"text/xml", "application/xml"} or "<!DOCTYPE" in text:
        return []
    try:
        root = ET.fromstring(text)  # noqa: S314  # nosec B314  # no document type, so no entities; at most 64 kB
    except ET.ParseError:
        return []
    found = [_reply_in(element) for element in root if element.tag in {"Message", "Sms"}] if root.tag == "Response" else []
    return [reply for reply in found if reply.body or reply.media_urls]


def _reply_in(element: ET.Element) -> Reply:
    bodies = [child.text or "" for child in element if child.tag == "Body"] or [element.text or ""]
    urls = tuple((child.text or "").strip() for child in element if child.tag == "Media")
    return Reply("".join(bodies).strip()[:LONGEST_BODY], urls, element.get("to", ""))
