"""A request is whole when the server's parser would be through with it, however its bytes were split on their way."""

import time
from dataclasses import dataclass

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from hypothesis import given
from hypothesis import strategies as st

from app.intake import arriving
from app.intake.arriving import Arriving, Stage

CONFIG = Config()
TINY = b"40\r\n" + b"x" * 64 + b"\r\n"


@dataclass(frozen=True)
class Sent:
    """What a client meant, and how it went over the line."""

    raw: bytes
    method: str
    body: bytes


def plain(body: bytes) -> Sent:
    return Sent(b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body), "PUT", body)


def chunked(pieces: list[bytes], trailer: bytes) -> Sent:
    head = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x;name=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
    return Sent(head + chunks + b"0\r\n" + trailer + b"\r\n", "POST", b"".join(pieces))


requests = st.one_of(
    st.just(Sent(b"GET /b?c=d HTTP/1.1\r\nHost: x\r\n\r\n", "GET", b"")),
    st.binary(max_size=300).map(plain),
    st.builds(chunked, st.lists(st.binary(max_size=60), max_size=5), st.sampled_from([b"", b"X-Sum: 1\r\n", b"A: b\r\nC: d\r\n"])),
)


def parsed(request: Arriving) -> Sent:
    """As the page sees it."""
    message = next(get_parser(CONFIG, request.pieces(), ("127.0.0.1", 1)))
    return Sent(b"", message.method, message.body.read())


@given(st.lists(requests, min_size=1, max_size=4), st.data())
def test_each_is_found_in_what_comes_in_any_pieces(sent: list[Sent], data: st.DataObject) -> None:
    stream = b"".join(each.raw for each in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    request, found = Arriving(0.0), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        piece = stream[begin:end]
        while piece:
            request.feed(piece, 0.0)
            piece = b""
            if request.is_complete:
                assert request.stage is Stage.WHOLE
                found.append(parsed(request))
                piece, request = request.rest, Arriving(0.0)
    assert [(each.method, each.body) for each in found] == [(each.method, each.body) for each in sent]
    assert not request.has_begun


@given(requests)
def test_none_is_whole_before_its_last_byte(sent: Sent) -> None:
    request = Arriving(0.0)
    for place in range(len(sent.raw)):
        assert not request.is_complete
        request.feed(sent.raw[place : place + 1], 0.0)
    assert request.stage is Stage.WHOLE
    assert request.rest == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (arriving.LARGEST_BODY + 1),
    ],
)
def test_what_nobody_can_tell_the_length_of_goes_at_once_to_be_refused(raw: bytes) -> None:
    request = Arriving(0.0)
    request.feed(raw, 0.0)
    assert request.stage is Stage.CUT


@pytest.mark.parametrize(
    "chunks",
    [b"zz\r\n", b"1;" + b"x" * 5000, b"0\r\n" + b"A: b\r\n" * 20_000, b"1\r\nX\r\n" * 2_000],
    ids=["no-number", "endless-line", "endless-trailer", "tiny"],
)
def test_chunks_that_cannot_be_read_or_are_only_work_end_it(chunks: bytes) -> None:
    request = Arriving(0.0)
    request.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"GET / HTTP/1.1\r\n\r\n", 0.0)
    assert (request.stage, request.rest) == (Stage.UNREADABLE, b"")


def test_chunks_without_an_end_are_too_large_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST_BODY", 10_000)
    request = Arriving(0.0)
    request.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + TINY * 200, 0.0)
    assert request.stage is Stage.TOO_LARGE


def test_many_chunks_of_some_length_are_a_body_as_others() -> None:
    request = Arriving(0.0)
    for _ in range(20):
        request.feed((b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" if not request.has_begun else b"") + TINY * 200, 0.0)
    request.feed(b"0\r\n\r\n", 0.0)
    assert request.stage is Stage.WHOLE
    assert parsed(request).body == b"x" * 64 * 4000


def test_a_field_of_nothing_but_blanks_is_read_in_one_go() -> None:
    """Twice as long took four times as long: five seconds for one of 60 kB."""
    taken = []
    for blanks in (3_000, 60_000):
        request, began = Arriving(0.0), time.process_time()
        request.feed(b"GET / HTTP/1.1\r\nExpect: x" + b" " * blanks + b"x\r\n\r\n", 0.0)
        taken.append(time.process_time() - began)
        assert request.stage is Stage.WHOLE
    assert taken[1] < 20 * taken[0] + 0.2


def test_a_header_has_an_end() -> None:
    request = Arriving(0.0)
    for _ in range(17):
        request.feed(b"X-A: " + b"a" * 4096, 0.0)
    assert request.stage is Stage.TOO_LONG


def test_a_header_has_seconds_and_a_body_those_that_it_earns() -> None:
    request = Arriving(100.0)
    assert not request.is_late(100.0 + arriving.HEADER_SECONDS)
    request.feed(b"POST / HTTP/1.1\r\nContent-Le", 114.0)
    assert request.is_late(115.5), "a byte now and then does not begin the time anew"
    request.feed(b"ngth: 500000\r\n\r\n", 114.9)
    assert not request.is_late(130.0)
    assert request.is_late(114.9 + arriving.BODY_SECONDS + 0.5)
    request.feed(b"a" * 5_000, 120.0)
    assert not request.is_late(139.8), "slow, but on its way"
    assert request.is_late(140.0)
    request.feed(b"a" * 400_000, 130.0)
    assert not request.is_late(130.0 + arriving.MOST_AHEAD)
    assert request.is_late(130.1 + arriving.MOST_AHEAD), "however much it has sent, it may not stand still for ever"


@pytest.mark.parametrize("length", [b"0", b"00", b"000"])
def test_nothing_may_be_said_with_several_noughts(length: bytes) -> None:
    request = Arriving(0.0)
    request.feed(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\nGET", 0.0)
    assert (request.stage, request.rest) == (Stage.WHOLE, b"GET")


def test_who_waits_to_be_told_to_go_on_is_told_once_and_not_by_the_page_again() -> None:
    request = Arriving(0.0)
    request.feed(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 0.0)
    assert request.wants_a_word()
    assert not request.wants_a_word()
    request.feed(b"ab", 0.0)
    assert b"xpect" not in b"".join(request.pieces())
    old = Arriving(0.0)
    old.feed(b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 0.0)
    assert not old.wants_a_word()
