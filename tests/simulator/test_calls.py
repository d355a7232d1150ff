"""Calls through the carrier's own client: who answers, what they hear, and what the school is told."""

import time
from typing import Any

import pytest
from flask import Response
from twilio.base.exceptions import TwilioRestException

from tests.simulator.running import ROSA, SCHOOL, Network, School

SCRIPT = "<Response><Say language='es-MX'>Hola</Say><Gather numDigits='1' timeout='1' action='/keys'><Say>Press 1</Say></Gather></Response>"


def twiml(text: str) -> Response:
    return Response(text, mimetype="text/xml")


@pytest.fixture
def quick(network: Network, school: School) -> Network:
    """A network in which ten minutes pass in a second, and a school whose script says hello."""
    school.answers = lambda heard: twiml(SCRIPT) if heard.path == "script" else twiml("<Response/>")
    network.set(call_speed=600)
    return network


def call(network: Network, school: School, to: str = ROSA, **more: Any) -> Any:
    return network.client.calls.create(
        **{
            "to": to, "from_": SCHOOL, "url": f"{school.url}/script", "status_callback": f"{school.url}/told",
            "status_callback_event": ["initiated", "ringing", "answered", "completed"], "machine_detection": "DetectMessageEnd",
        }
        | more
    )  # fmt: skip


def story(network: Network, sid: str) -> dict[str, Any]:
    return next(one for one in network.control("calls")["calls"] if one["sid"] == sid)


def told(school: School) -> list[str]:
    return [heard.form["CallStatus"] for heard in school.of("told")]


def test_a_person_answers_hears_the_script_and_the_school_is_told_each_step(quick: Network, school: School) -> None:
    placed = call(quick, school)
    assert placed.status == "queued"
    quick.settle()
    assert sorted(told(school)) == sorted(["queued", "ringing", "in-progress", "completed"])
    (asked,) = school.of("script")
    assert asked.is_signed
    assert asked.form["AnsweredBy"] == "human"
    assert all(heard.is_signed for heard in school.heard)
    done = story(quick, placed.sid)
    assert [line["words"] for line in done["lines"] if line["kind"] == "heard"] == ["Hola", "Press 1"]
    looked_up = quick.client.calls(placed.sid).fetch()
    assert (looked_up.status, looked_up.answered_by, looked_up.to) == ("completed", "human", ROSA)
    assert [one.sid for one in quick.client.calls.list(to=ROSA, from_=SCHOOL)] == [placed.sid]


@pytest.mark.parametrize(
    ("line", "status", "answered_by"),
    [
        ("8001", "busy", None), ("8002", "no-answer", None), ("8003", "completed", "machine_end_beep"), ("8004", "failed", None),
        ("8007", "completed", "fax"), ("8012", "completed", "human"), ("3005", "failed", None),
    ],
)  # fmt: skip
def test_each_line_ends_its_own_way(quick: Network, school: School, line: str, status: str, answered_by: str | None) -> None:
    placed = call(quick, school, to=f"+1503555{line}")
    quick.settle()
    ended = quick.client.calls(placed.sid).fetch()
    assert (ended.status, ended.answered_by) == (status, answered_by)
    if line == "8012":
        assert told(school) == []
    else:
        last = max((heard.form for heard in school.of("told")), key=lambda form: int(form["SequenceNumber"]))
        assert last["CallStatus"] == status  # though it may arrive before another


@pytest.mark.parametrize(("line", "code"), [("8009", 21217), ("8010", 20429), ("1211", 21211)])
def test_a_refused_call_is_not_kept(quick: Network, school: School, line: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        call(quick, school, to=f"+1503555{line}")
    assert refused.value.code == code
    assert quick.control("calls")["calls"] == []


def test_who_has_the_phone_in_hand_answers_and_presses_keys(quick: Network, school: School) -> None:
    quick.control(f"handsets/{ROSA}/call/hold", {})
    quick.set(call_speed=5)
    placed = call(quick, school)
    wait_until(lambda: story(quick, placed.sid)["phase"] == "ringing")
    quick.control(f"handsets/{ROSA}/call/answer", {})
    wait_until(lambda: "Press 1" in [line["words"] for line in story(quick, placed.sid)["lines"]])
    quick.control(f"handsets/{ROSA}/call/press", {"keys": "1"})
    (pressed,) = school.wait_for(1, "keys")
    assert pressed.form["Digits"] == "1"
    quick.settle()
    assert told(school)[-1] == "completed"


def test_the_school_ends_a_call(quick: Network, school: School) -> None:
    quick.set(call_speed=1)
    placed = call(quick, school)
    quick.client.calls(placed.sid).update(status="completed")
    quick.settle()
    assert quick.client.calls(placed.sid).fetch().status == "canceled"
    with pytest.raises(TwilioRestException):
        quick.client.calls(placed.sid).update(status="completed")


def test_callbacks_come_late_and_repeatedly_where_that_is_wanted(quick: Network, school: School) -> None:
    call(quick, school, to="+15035558013")
    quick.settle()
    assert sorted(told(school)) == sorted(["queued", "ringing", "in-progress", "completed"] * 3)
    school.heard.clear()
    call(quick, school, to="+15035558014")
    quick.settle()
    assert told(school) == ["completed", "in-progress", "ringing", "queued"]


def test_a_script_that_is_none_ends_the_call(quick: Network, school: School) -> None:
    school.answers = lambda heard: twiml("<Answer/>")
    placed = call(quick, school)
    quick.settle()
    assert [line["kind"] for line in story(quick, placed.sid)["lines"]][-2:] == ["trouble", "end"]


def wait_until(holds: Any, seconds: float = 5) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_the_answer_may_be_lost_and_the_call_still_rings(quick: Network, school: School) -> None:
    quick.set(lost_answer_seconds=0.1)
    with pytest.raises(Exception, match=r"(?i)connection|remote|timed out"):
        call(quick, school, to="+15035558008")
    quick.settle()
    assert len(quick.control("calls")["calls"]) == 1
