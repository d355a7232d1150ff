"""An answer arrives whole and in order, however slowly it is read, and nobody waits for it."""

import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.intake import outlet as outlets
from app.intake.outlet import Outlet, Shelf


@pytest.fixture
def pair() -> Iterator[tuple[Outlet, socket.socket]]:
    ours, theirs = socket.socketpair()
    outlet = Outlet(ours, Shelf())
    outlet.setblocking(True)  # as the server's threads have it
    theirs.settimeout(10)
    yield outlet, theirs
    outlet.close()
    theirs.close()


def test_bytes_and_files_arrive_in_their_order(pair: tuple[Outlet, socket.socket], tmp_path: Path) -> None:
    outlet, client = pair
    file = tmp_path / "recording"
    file.write_bytes(b"f" * 3_000_000)
    outlet.sendall(b"head")
    assert not outlet.is_behind, "what is taken at once is gone"
    outlet.sendall(b"a" * 2_000_000)
    with file.open("rb") as opened:
        assert outlet.sendfile(opened, 10, 1_500_000) == 1_500_000
        assert outlet.sendfile(opened, 2_999_990) == 10
    outlet.sendall(b"b" * 500_000)
    outlet.sendall(b"c")
    wanted = b"head" + b"a" * 2_000_000 + b"f" * 1_500_010 + b"b" * 500_000 + b"c"
    outlet.settimeout(0)
    got = bytearray()
    while outlet.is_behind:
        if not outlet.flush():
            got += client.recv(70_000)
    while len(got) < len(wanted):
        got += client.recv(70_000)
    assert bytes(got) == wanted


def test_who_writes_never_waits_and_hears_of_a_client_that_left(pair: tuple[Outlet, socket.socket]) -> None:
    outlet, client = pair
    done = threading.Event()

    def write() -> None:
        outlet.sendall(b"x" * 20_000_000)
        done.set()

    threading.Thread(target=write, daemon=True).start()
    assert done.wait(10)
    client.close()
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        while outlet.is_behind:
            outlet.flush()


def test_a_file_that_became_shorter_ends_the_connection(pair: tuple[Outlet, socket.socket], tmp_path: Path) -> None:
    outlet, _client = pair
    file = tmp_path / "short"
    file.write_bytes(b"f" * 10)
    with file.open("rb") as opened:
        outlet.sendfile(opened, 0, 20)
    assert outlet.flush()
    with pytest.raises(BrokenPipeError):
        outlet.flush()


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "MOST_KEPT", 5_000_000)
    shelf = Shelf()
    pairs = [socket.socketpair() for _ in range(3)]
    first, second, third = (Outlet(ours, shelf) for ours, _ in pairs)
    first.sendall(b"x" * 4_000_000)
    assert first.kept == shelf.kept > 3_000_000
    second.sendall(b"head")
    with pytest.raises(BrokenPipeError):
        for _ in range(4):
            second.sendall(b"y" * 1_000_000)
    assert not second.is_behind, "half an answer is of no use"
    assert second.kept == 0
    with pytest.raises(BrokenPipeError):
        second.sendall(b"its end")
    assert shelf.kept == first.kept
    third.sendall(b"z" * 100)
    assert pairs[2][1].recv(200) == b"z" * 100, "who reads needs no room"
    first.close()
    assert shelf.kept == 0
    for each in (second, third, *(theirs for _, theirs in pairs)):
        each.close()


def test_an_answer_that_finds_no_file_is_cut_and_counts_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    ours, theirs = socket.socketpair()
    shelf = Shelf()
    with Outlet(ours, shelf) as outlet, theirs:
        with pytest.raises(FileNotFoundError):
            outlet.sendall(b"x" * 4_000_000)
        assert (outlet.is_behind, shelf.kept) == (False, 0)
