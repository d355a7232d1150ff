"""One room held by two web processes over Redis and PostgreSQL: whoever is served by which, they meet, wait, and leave together."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import socketio
from flask import Flask

from app.core.clock import now
from app.core.database import db
from app.video import service
from app.video.models import VideoCall, VideoParticipant
from tests.houses import House, running_house
from tests.servers import fresh_database
from tests.video.tabs import OpenTab, begin, opening_tabs


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory, redis_server: str, postgres_server: str) -> Iterator[tuple[House, House]]:
    with fresh_database(postgres_server) as database:
        shared = {"DATABASE_URL": database, "REDIS_URL": redis_server, "HOMEROOM_WORKER": "0"}
        folder = tmp_path_factory.mktemp("video-two")
        with running_house(folder / "one", **shared) as one, running_house(folder / "two", **shared) as two:
            yield one, two


@pytest.fixture(scope="module")
def worker(houses: tuple[House, House]) -> Flask:
    """A process that holds no socket, as the one of jobs."""
    return houses[0].beside()


@pytest.fixture
def open_tab(houses: tuple[House, House]) -> Iterator[OpenTab]:
    with opening_tabs(houses[0]) as open_one:
        yield open_one


def test_two_servers_hold_one_room(houses: tuple[House, House], open_tab: OpenTab, worker: Flask) -> None:
    here, there = houses
    number, (host_token, friend_token, guest_token) = begin(worker, "Interpreter", waiting="Rosa")
    host, friend, guest = open_tab(host_token, at=here), open_tab(friend_token, at=there), open_tab(guest_token, at=there)
    me = host.ask("enter")["you"]
    other = friend.ask("enter")
    assert [each["id"] for each in other["people"]] == [me, other["you"]]
    host.wait_for("room", lambda room: len(room["people"]) == 2)
    # What two browsers agree upon crosses over, both ways, in order, and reaches nobody else.
    for step in range(20):
        host.say("signal", to=other["you"], data={"step": step})
        friend.say("signal", to=me, data={"step": step})
    for tab in (host, friend):
        tab.wait_for("signal", lambda signal: signal["data"] == {"step": 19})
        assert [message["data"]["step"] for name, message in tab.heard if name == "signal"] == list(range(20))
    assert guest.ask("enter")["state"] == "waiting"
    (waits,) = host.wait_for("door", lambda door: door["waiting"])["waiting"]
    host.ask("admit", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "admitted")
    assert guest.ask("enter")["state"] == "in"
    host.wait_for("room", lambda room: len(room["people"]) == 3)
    host.ask("mute", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "mute")
    # A second page of the same person, at the other server.
    again = open_tab(friend_token, "newest", at=here)
    assert again.ask("enter")["state"] == "in"
    friend.wait_for("seat", lambda seat: seat["what"] == "replaced")
    host.ask("refuse", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "removed")
    assert open_tab(guest_token, at=here).ask("enter")["why"] == "removed_from_video_call"
    host.ask("end")
    for tab in (again, friend):
        assert tab.wait_for("over") == {"state": "ended"}
    for house in houses:
        with pytest.raises(socketio.exceptions.ConnectionError):
            open_tab(friend_token, at=house)
    with worker.app_context():
        assert db.session.get_one(VideoCall, number).state == "ended"
        db.session.remove()


def test_what_a_worker_finds_is_heard_at_both_servers(houses: tuple[House, House], open_tab: OpenTab, worker: Flask) -> None:
    here, there = houses
    number, (host_token, friend_token, lost_token) = begin(worker, "Interpreter", "Bus driver")
    host, friend, lost = open_tab(host_token, at=here), open_tab(friend_token, at=there), open_tab(lost_token, "l", at=there)
    for tab in (host, friend, lost):
        tab.ask("enter")
    host.wait_for("room", lambda room: len(room["people"]) == 3)
    lost.client.disconnect()
    host.wait_for("room", lambda room: any(each["lost"] for each in room["people"]))
    with worker.app_context():
        db.session.query(VideoParticipant).filter_by(page="l").update({"lost_at": now() - timedelta(seconds=31)})
        db.session.commit()
        assert service.sweep() == 1
        db.session.remove()
    for tab in (host, friend):
        tab.wait_for("room", lambda room: len(room["people"]) == 2)
    with worker.app_context():
        db.session.query(VideoCall).filter_by(id=number).update({"end_at": now()})
        db.session.commit()
        assert service.expire_due() == 1
        db.session.remove()
    for tab in (host, friend):
        assert tab.wait_for("over") == {"state": "expired"}


def test_when_one_server_dies_its_people_go_on_at_the_other(houses: tuple[House, House], open_tab: OpenTab, worker: Flask) -> None:
    here, there = houses
    _call, (host_token, friend_token) = begin(worker, "Interpreter")
    host, friend = open_tab(host_token, "h", at=here), open_tab(friend_token, "f", at=there)
    for tab in (host, friend):
        tab.ask("enter")
    there.kill()
    back = open_tab(friend_token, "f", at=here)
    assert [each["page"] for each in back.ask("enter", back=True)["people"]] == ["h", "f"]  # the same place: pictures went on meanwhile
    host.ask("end")
    assert back.wait_for("over") == {"state": "ended"}
