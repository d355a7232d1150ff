"""A fax that the school asks for, whichever carrier it asks."""

import time

from flask import Response

from app.simulator import numbers
from app.simulator.fax_refusals import FaxRefusal
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.lost_answers import lose_connection
from app.simulator.parts import simulator
from app.simulator.wire import is_phone_number, is_web_address


def take(order: FaxOrder) -> Fax | Response:
    """Take it, as its fate and the faults want. A Response is a connection that breaks. Raises FaxRefusal."""
    parts = simulator()
    faults = parts.network.faults
    if parts.network.happens(faults.busy_rate):
        raise FaxRefusal(429, "Too many requests")
    if parts.network.happens(faults.error_rate):
        raise FaxRefusal(500, "An unexpected error occurred")
    _check(order)
    _check_sender(order.school, adopts=faults.adopts_senders)
    fate = parts.fax_line.fate_of(order.machine)
    if fate.refusal is not None and not fate.keeps:
        words = {422: f"{order.machine} is not a valid phone number", 429: "Too many requests"}
        raise FaxRefusal(fate.refusal, words[fate.refusal], "to")
    fax = parts.fax_line.take(order, fate)
    if faults.latency_max > 0:
        time.sleep(parts.network.random.uniform(min(faults.latency_min, faults.latency_max), faults.latency_max))
    if fate.refusal is not None:
        raise FaxRefusal(fate.refusal, "An unexpected error occurred")
    if fate.loses_answer or parts.network.happens(faults.lost_answer_rate):
        return lose_connection(faults.lost_answer_seconds)
    return fax


def _check(order: FaxOrder) -> None:
    for number, field in ((order.machine, "to"), (order.school, "from")):
        if not is_phone_number(number):
            raise FaxRefusal(422, f"{number} is not a valid phone number", field)
    if order.machine == order.school:
        raise FaxRefusal(422, "A fax cannot be sent to the number it comes from", "to")
    if not is_web_address(order.source):
        raise FaxRefusal(422, "The document needs an address", "media_url")


def _check_sender(number: str, *, adopts: bool) -> None:
    with simulator().storage.transaction() as connection:
        if numbers.by_number(connection, number) is not None:
            return
        if not adopts:
            raise FaxRefusal(422, f"{number} is not a number of this account", "from")
        numbers.own(connection, number, at=time.time())
