"""An answer arrives whole and in order, however slowly it is read, and nobody waits for it."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.intake.outlet import Outlet


@pytest.fixture
def pair() -> Iterator[tuple[Outlet, socket.socket]]:
    ours, theirs = socket.socketpair()
    outlet = Outlet(ours)
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
