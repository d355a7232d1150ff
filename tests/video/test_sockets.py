"""The rooms on Socket.IO: who is let in, who hears what, and what a stranger or a guest cannot do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import socketio
from flask import Flask

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.video import queries, service
from app.video.models import VideoCall, VideoParticipant
from tests.faults.people import wait_until
from tests.houses import House, running_house
from tests.video.tabs import PATIENCE, OpenTab, Tab, begin, opening_tabs

TURN = "turn:turn.example.test:3478"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    turn = {"VIDEO_STUN": "stun:stun.example.test", "VIDEO_TURN": TURN, "VIDEO_TURN_SECRET": "shared"}
    with running_house(tmp_path_factory.mktemp("video"), **turn) as house:
        yield house


@pytest.fixture(scope="module")
def beside(house: House) -> Flask:
    return house.beside()


@pytest.fixture
def open_tab(house: House) -> Iterator[OpenTab]:
    with opening_tabs(house) as open_one:
        yield open_one


def test_two_meet_hear_of_each_other_and_speak_to_each_other_alone(open_tab: OpenTab, beside: Flask) -> None:
    _call, (host_token, guest_token) = begin(beside, "Interpreter")
    host, guest = open_tab(host_token, "h"), open_tab(guest_token, "g")
    first = host.ask("enter", camera=True)
    assert (first["state"], [each["name"] for each in first["people"]], first["waiting"]) == ("in", [first["people"][0]["name"]], [])
    assert first["ends"] - first["now"] == pytest.approx(3600, abs=30)
    stun, turn = first["ice"]
    assert (stun["urls"], turn["urls"], turn["username"].partition(":")[2]) == (
        ["stun:stun.example.test"],
        [TURN],
        first["you"].replace("-", ""),
    )
    second = guest.ask("enter", muted=True)
    assert "waiting" not in second  # the door is the staff's business
    there = host.wait_for("room", lambda room: len(room["people"]) == 2)["people"][1]
    assert (there["name"], there["page"], there["muted"], there["camera"]) == ("Interpreter", "g", True, False)
    host.say("signal", to=second["you"], data={"description": {"type": "offer", "sdp": "v=0"}})
    assert guest.wait_for("signal") == {"from": first["you"], "data": {"description": {"type": "offer", "sdp": "v=0"}}}
    guest.ask("media", muted=False, camera=True, sharing=True)
    host.wait_for("room", lambda room: room["people"][1]["sharing"] and not room["people"][1]["muted"])
    guest.ask("leave")
    host.wait_for("room", lambda room: len(room["people"]) == 1)
    guest.say("signal", to=first["you"], data={"candidate": None})
    assert host.ask("here") == {"ok": True}
    assert not [message for name, message in host.heard if name == "signal"]  # who left says no more


def test_a_guest_waits_is_let_in_muted_and_taken_out(open_tab: OpenTab, beside: Flask) -> None:
    _call, (host_token, friend_token, guest_token) = begin(beside, "Friend", waiting="Rosa")
    guest, friend = open_tab(guest_token), open_tab(friend_token)
    assert guest.ask("enter")["state"] == "waiting"
    friend.ask("enter")
    host = open_tab(host_token)
    (waits,) = host.ask("enter")["waiting"]
    assert waits["name"] == "Rosa"
    for who in (guest, friend):
        for act in ("admit", "refuse", "mute"):
            assert who.ask(act, who=waits["id"])["why"] == "not_for_guests"
        assert who.ask("end")["why"] == "not_the_host"
    assert not [message for name, message in friend.heard if name == "door"]
    assert host.ask("admit", who="nobody")["why"] == "no_such_video_call"
    host.ask("admit", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "admitted")
    assert guest.ask("enter")["state"] == "in"
    host.ask("mute", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "mute")
    host.ask("refuse", who=waits["id"])
    guest.wait_for("seat", lambda seat: seat["what"] == "removed")
    again = open_tab(guest_token)
    assert again.ask("enter") == {"ok": False, "why": "removed_from_video_call"}
    host.ask("end")
    assert friend.wait_for("over") == {"state": "ended"}
    with pytest.raises(socketio.exceptions.ConnectionError):
        open_tab(friend_token)


def test_who_stands_before_the_room_hears_that_it_begins_and_ends_and_nothing_else(open_tab: OpenTab, beside: Flask) -> None:
    _call, (host_token, friend_token, guest_token) = begin(beside, "Friend", waiting="Rosa")
    early, waits = open_tab(friend_token, "early"), open_tab(guest_token, "g")
    answer = waits.ask("enter")
    assert (early.ask("look")["begun"], answer["state"], answer["school"]) == (None, "waiting", False)
    host, friend = open_tab(host_token, "h"), open_tab(friend_token, "f")
    host.ask("enter")
    for tab in (early, waits):
        tab.wait_for("begun")
    waits.wait_for("school", lambda school: school["here"])
    assert early.ask("look")["begun"] > 0
    to = friend.ask("enter")["you"]
    host.say("signal", to=to, data={"description": {"type": "offer"}})
    friend.wait_for("signal")
    assert {name for name, _message in early.heard} == {"begun"}  # its other page is in the room; this one is not
    host.ask("end")
    for tab in (early, waits):
        assert tab.wait_for("over") == {"state": "ended"}
    assert early.ask("look") == {"ok": False, "why": "video_call_is_over"}


def test_a_seventh_is_refused(open_tab: OpenTab, beside: Flask) -> None:
    _call, tokens = begin(beside, *(f"Guest {number}" for number in range(6)))
    for token in tokens[:6]:
        assert open_tab(token).ask("enter")["state"] == "in"
    assert open_tab(tokens[6]).ask("enter") == {"ok": False, "why": "video_call_is_full"}


def test_a_second_page_of_a_person_takes_the_place_of_the_first(open_tab: OpenTab, beside: Flask) -> None:
    _call, (token,) = begin(beside)
    first = open_tab(token, "one")
    first.ask("enter")
    second = open_tab(token, "two")
    assert [each["page"] for each in second.ask("enter")["people"]] == ["two"]
    assert first.wait_for("seat") == {"what": "replaced", "page": "one"}
    assert first.ask("here") == {"ok": False}


def test_a_page_that_comes_back_begins_anew_once_its_place_was_given_up(open_tab: OpenTab, beside: Flask) -> None:
    _call, (token,) = begin(beside)
    first = open_tab(token, "one")
    assert first.ask("enter", back=True)["why"] == "place_given_up"
    first.ask("enter")
    assert first.ask("enter", back=True)["state"] == "in"
    second = open_tab(token, "two")
    second.ask("enter")
    assert first.ask("enter", back=True)["why"] == "joined_elsewhere"
    second.ask("leave")
    assert first.ask("enter", back=True)["why"] == "place_given_up"


def test_who_waits_is_at_the_door_for_as_long_as_the_page_says_so(open_tab: OpenTab, beside: Flask) -> None:
    _call, (_host, token) = begin(beside, waiting="Rosa")
    guest = open_tab(token, "g")
    guest.ask("enter")
    with beside.app_context():
        for silent in (60, 40):
            with transaction():
                rosa = db.session.query(VideoParticipant).filter_by(page="g").one()
                rosa.seen_at = now() - timedelta(seconds=silent)
            assert guest.ask("here") == {"ok": True}
            assert service.sweep() == 0
            db.session.refresh(rosa)
            assert (rosa.page, rosa.waiting_since is None) == ("g", False)
        db.session.remove()


def test_whom_no_tile_shows_hears_and_says_nothing(open_tab: OpenTab, beside: Flask, house: House) -> None:
    call_id, (host_token, quiet_token, gone_token) = begin(beside, "Quiet", "Gone")
    host, quiet, gone = open_tab(host_token, "h"), open_tab(quiet_token, "q"), open_tab(gone_token, "g")
    me = host.ask("enter")["you"]
    for tab in (quiet, gone):
        tab.ask("enter")
    with beside.app_context(), transaction():
        people = db.session.query(VideoParticipant).filter_by(video_call_id=call_id)
        people.filter_by(page="q").update({"seen_at": now() - timedelta(seconds=76)})  # a page that never says that it lives
        staff_id = people.filter_by(page="h").one().staff_id
        people.filter_by(page="g").update({"staff_id": db.session.query(Staff).filter(Staff.id != staff_id).first().id})
        left = people.filter_by(page="g").one().staff_id
        db.session.query(Staff).filter_by(id=left).update({"status": "deactivated"})
    gone.say("here")
    for tab in (quiet, gone):
        wait_until(lambda tab=tab: not tab.client.connected)
    host.wait_for("room", lambda room: [each["page"] for each in room["people"]] == ["h"])
    again = open_tab(quiet_token, "q")
    again.say("signal", to=me, data={"description": {"type": "offer"}})
    assert again.ask("enter", back=True)["why"] == "place_given_up"
    assert not [message for name, message in host.heard if name == "signal"]
    assert again.ask("enter")["state"] == "in"
    assert open_tab(gone_token).ask("enter")["why"] == "no_such_video_call"
    with beside.app_context(), transaction():
        db.session.query(Staff).filter_by(id=left).update({"status": "active"})


def test_strangers_tokens_of_other_calls_and_nonsense_open_nothing(open_tab: OpenTab, beside: Flask) -> None:
    _call, (token, other) = begin(beside, "Guest")
    head, body, signature = token.split(".")
    for wrong in ("", "x", f"{head}.{body}.{signature[::-1]}", f"{head}.{other.split('.')[1]}.{signature}"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            open_tab(wrong)
    second, (stranger,) = begin(beside)
    with beside.app_context():
        own = str(queries.host_of(db.session.get_one(VideoCall, second)).uuid)
        db.session.remove()
    tab, target = open_tab(token), open_tab(stranger)
    tab.ask("enter")
    target.ask("enter")
    tab.say("signal", to=own, data={"candidate": None})
    assert tab.ask("admit", who=own)["why"] == "no_such_video_call"
    assert target.ask("here") == {"ok": True}
    assert not [message for name, message in target.heard if name == "signal"]


def test_odd_words_are_answered_and_break_nothing(open_tab: OpenTab, beside: Flask) -> None:
    _call, (token,) = begin(beside)
    tab = open_tab(token)
    for name in ("enter", "media", "signal", "here", "admit", "mute", "refuse"):
        for message in (None, [], "x", {"who": {}, "to": 3, "data": "x", "muted": {"a": 1}}):
            tab.client.emit(name, message, namespace="/video")
    assert tab.ask("here")["ok"] in {True, False}
    assert tab.ask("enter")["state"] == "in"


def coming_back(open_tab: OpenTab, token: str, page: str) -> Tab:
    """As browsers do while a server starts: they try until it takes them."""

    def try_once() -> Tab | None:
        try:
            return open_tab(token, page)
        except socketio.exceptions.ConnectionError:
            return None

    back: Tab = wait_until(try_once, PATIENCE)
    return back


def test_after_a_server_that_died_everybody_comes_back_to_the_same_room(house: House, open_tab: OpenTab, beside: Flask) -> None:
    _call, (token, guest_token) = begin(beside, "Guest")
    open_tab(token, "h").ask("enter")
    open_tab(guest_token, "g").ask("enter")
    house.kill()
    house.start()
    assert coming_back(open_tab, guest_token, "g").ask("enter")["state"] == "in"  # let in once, and for good
    again = coming_back(open_tab, token, "h").ask("enter")
    assert [(each["page"], each["lost"]) for each in again["people"]] == [("h", False), ("g", False)]
