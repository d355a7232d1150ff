"""Clients that are slow, or want to be, hold nobody up: more of them than there are page threads, and the house answers at once."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from select import select
from typing import IO

import pytest
import requests

from app.server import PAGE_THREADS
from tests.houses import House, model_house, running_house

pytestmark = pytest.mark.faults
EACH = 60
"""Answers to each that does not read: more than the system's buffers take."""
TEMPORARY = "temporary"
MANY = PAGE_THREADS + 16
TEXTS = "/groupcall/api/SendMessage_V3/SMS"
TEXT = b"POST " + TEXTS.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
PATIENCE = 30.0
"""Seconds for an answer on a busy machine. Who reads nothing holds a place for ten times as long."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    model = model_house(tmp_path_factory.getbasetemp(), demo=False)
    place = tmp_path_factory.mktemp("slow")
    (place / TEMPORARY).mkdir()
    more = {"HOMEROOM_DEMO": "0", "RATE_LIMITS": "0", "TMPDIR": str(place / TEMPORARY)}
    with running_house(place / "house", like=model, **more) as house:
        yield house


def connection(house: House, said: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", house.port), timeout=30)
    made.sendall(said)
    return made


def answer(of: socket.socket) -> tuple[int, bytes]:
    """The status and body of the next answer on a connection that stays open."""
    return answer_of(of.makefile("rb"))


def answer_of(file: IO[bytes]) -> tuple[int, bytes]:
    """The same, where more may follow."""
    status = int(file.readline().split()[1])
    length = 0
    while (line := file.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return status, file.read(length)


def answers_at_once(house: House, *held: socket.socket) -> None:
    """However busy the machine is: it answers before it has let any of those go who keep it waiting."""
    found = requests.get(house.url + "/api/v1/status", timeout=PATIENCE)
    assert found.status_code == 200
    assert select(held, [], [], 0)[0] == [], "it answered only after it had shown others out"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n",
        TEXT % 5000 + b"{",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
    ids=["silence", "half-a-header", "form", "body", "chunks"],
)
def test_more_slow_clients_than_threads_hold_nobody_up(house: House, said: bytes) -> None:
    with ExitStack() as open_ones:
        slow = [open_ones.enter_context(connection(house, said)) for _ in range(MANY)]
        for each in slow if said else []:
            each.sendall(b" ")
        answers_at_once(house, *slow)


def test_a_slow_request_is_answered_as_any_other_once_it_is_here(house: House) -> None:
    body = json.dumps({"Nothing": "of this" * 3000}).encode()
    with connection(house, TEXT % len(body)) as slow:
        for place in range(0, len(body), 2000):
            answers_at_once(house)
            slow.sendall(body[place : place + 2000])
        status, words = answer(slow)
    quick = requests.post(
        house.url + "/groupcall/api/SendMessage_V3/SMS", data=body, headers={"Content-Type": "application/json"}, timeout=30
    )
    assert (status, json.loads(words)) == (quick.status_code, quick.json())


def test_clients_that_never_hang_up_hold_nobody_up(house: House) -> None:
    with ExitStack() as open_ones:
        said = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        lingering = [open_ones.enter_context(connection(house, said)) for _ in range(MANY)]
        assert [answer(each)[0] for each in lingering] == [200] * MANY
        answers_at_once(house)


def test_clients_that_do_not_read_hold_nobody_up_and_get_all_when_they_do(house: House) -> None:
    sheet = re.search(r'/static/[^"]*[.]css[^"]*', requests.get(house.url + "/sign-in", timeout=30).text)
    assert sheet is not None
    whole = requests.get(house.url + sheet[0], timeout=30, headers={"Accept-Encoding": "identity"}).content
    said = f"GET {sheet[0]} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * EACH
    with ExitStack() as open_ones:
        deaf = []
        for _ in range(MANY):
            one = open_ones.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(30)
            one.connect(("127.0.0.1", house.port))
            one.sendall(said)
            deaf.append(one)
        answers_at_once(house)
        for one in deaf[:2]:
            file = one.makefile("rb")
            assert [answer_of(file) == (200, whole) for _ in range(EACH)] == [True] * EACH
        answers_at_once(house)


def test_requests_that_come_together_are_answered_one_after_the_other(house: House) -> None:
    one = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
    form = b"POST /no-such-page HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b"
    with connection(house, one + form + one) as together, together.makefile("rb") as file:
        found = [answer_of(file)[0] for _ in range(3)]
    assert found[0] == found[2] == 200
    assert found[1] in {400, 404, 405}


def test_who_waits_for_a_word_before_a_body_gets_it(house: House) -> None:
    said = b"POST /groupcall/api/SendMessage_V3/SMS HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with connection(house, said) as polite:
        assert polite.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        polite.sendall(b"{}")
        assert answer(polite)[0] != 100


def test_what_is_announced_as_too_large_is_refused_without_waiting_for_it(house: House) -> None:
    with connection(house, TEXT % 999_999_999_999 + b"a" * 1000) as huge:
        status, _ = answer(huge)
        assert status in {400, 413}
        assert huge.recv(1) == b"", "the rest of it is no request"


def test_where_no_file_can_be_made_one_request_is_turned_away_and_the_house_stands(house: House) -> None:
    temporary = house.data.parent / TEMPORARY
    status = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
    with connection(house, status) as another:
        assert answer(another)[0] == 200
        temporary.rename(temporary.with_suffix(".away"))
        try:
            for _ in range(3):
                with connection(house, TEXT % 300_000 + b" " * 200_000) as unlucky:
                    assert answer(unlucky)[0] == 503
        finally:
            temporary.with_suffix(".away").rename(temporary)
        another.sendall(status)
        assert answer(another)[0] == 200, "it is the same process, and it hung up on nobody else"
    with connection(house, TEXT % 300_000 + b" " * 300_000) as lucky:
        assert answer(lucky)[0] == 400


def test_a_body_that_is_unreadable_and_that_no_page_wanted_is_answered_once(house: House) -> None:
    said = b"POST /api/v1/status HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabXX0\r\n\r\n"
    with connection(house, said) as bad, bad.makefile("rb") as file:
        assert answer_of(file)[0] in {404, 405}
        assert file.read() == b"", "no second answer, which a proxy would give to somebody else"


@pytest.mark.parametrize("path", ["/socket.io/", "/ws/"])
def test_what_a_socket_says_with_its_handshake_is_heard(house: House, path: str) -> None:
    asks = (
        f"GET {path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nOrigin: {house.url}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
    with connection(house, asks + b"\x81\x82\x00\x00\x00\x0040") as eager, eager.makefile("rb") as file:
        assert file.readline().split()[1] == b"101"
        while file.readline() != b"\r\n":
            pass
        hello, answer_to_it = (file.read(file.read(2)[1]) for _ in range(2))
        assert hello.startswith(b"0{")
        assert answer_to_it.startswith(b"4")
