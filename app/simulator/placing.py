"""Beginning a call: what is wrong with the wish, what becomes of it, and whose number it comes from."""

import re
from dataclasses import replace

from app.simulator import calls, handsets, numbers
from app.simulator.board import Board
from app.simulator.call_behaviour import HAND, NOBODY, Fate, fate_of
from app.simulator.calls import BY_SCHOOL, CLIENT, Call, CallOrder
from app.simulator.refusals import refuse
from app.simulator.wire import is_phone_number, is_web_address

UNREGISTERED_RINGS = 1.0
_IDENTITY = re.compile(r"client:[A-Za-z0-9_.-]{1,121}")


def is_softphone(address: str) -> bool:
    """Whether it is a phone in a browser."""
    return bool(_IDENTITY.fullmatch(address))


def place(board: Board, order: CallOrder) -> tuple[Call, Fate]:
    """Keep a call and begin it. Raises Refusal; then nothing is kept, unless its fate says so."""
    check(order)
    network, connection = board.network, board.connection
    if order.to.startswith(CLIENT):
        is_there = board.is_in_hand(order.to)
        order = order if is_there else replace(order, ring_seconds=UNREGISTERED_RINGS)
        return calls.add(connection, order, Fate(HAND if is_there else NOBODY), board.at), Fate()
    fate = fate_of(
        handsets.by_number(connection, order.to), network.faults, network.random,
        calls_before=calls.how_many_before(connection, order.to), is_in_hand=board.is_in_hand(order.to),
    )  # fmt: skip
    if fate.refusal is not None and not fate.keeps:
        raise refuse(fate.refusal, to=order.to)
    if 0 < network.faults.most_calls <= calls.how_many_open(connection):
        raise refuse(10004)
    if order.direction == BY_SCHOOL and not order.sender.startswith(CLIENT) and numbers.by_number(connection, order.sender) is None:
        if not network.faults.adopts_senders:
            raise refuse(21210, sender=order.sender)
        numbers.own(connection, order.sender, at=board.at)
    return calls.add(connection, order, fate, board.at), fate


def check(order: CallOrder) -> None:
    """Raise the refusal for what is wrong with the wish itself."""
    wrong = (
        (not order.to, 21201),
        (not order.sender, 21213),
        (not is_phone_number(order.to) and not is_softphone(order.to), 21211),
        (not is_phone_number(order.sender) and not is_softphone(order.sender), 21212),
        (order.to == order.sender, 21266),
        (not order.script and order.direction == BY_SCHOOL and not is_web_address(order.url), 21205),
    )
    for is_wrong, code in wrong:
        if is_wrong:
            raise refuse(code, to=order.to, sender=order.sender, url=order.url)
