"""What the school is told of its texts, and in which disorder."""

import time
from pathlib import Path

import pytest
from flask import Response

from tests.simulator.running import ROSA, SCHOOL, Heard, Network, School, running_network


def send(network: Network, school: School, to: str = ROSA) -> str:
    return network.send(to=to, status_callback=f"{school.url}/status?of=7").sid


def test_callbacks_are_signed_and_come_in_order(network: Network, school: School) -> None:
    sid = send(network, school)
    network.settle()
    assert school.statuses(sid) == ["queued", "sent", "delivered"]
    assert all(heard.is_signed for heard in school.heard)
    last = school.heard[-1].form
    assert (last["To"], last["From"], last["NumSegments"], last["SmsStatus"]) == (ROSA, SCHOOL, "1", "delivered")
    assert len({heard.token for heard in school.heard}) == 3


def test_the_callback_for_queued_can_be_left_out(network: Network, school: School) -> None:
    network.set(announces_queued=False)
    sid = send(network, school)
    network.settle()
    assert school.statuses(sid) == ["sent", "delivered"]


def test_callbacks_of_one_text_keep_their_order_while_the_school_is_slow(network: Network, school: School) -> None:
    network.set(callback_delay=0)
    school.answers = lambda _heard: (time.sleep(0.05), Response(status=204))[1]
    sids = [send(network, school) for _ in range(6)]
    network.settle()
    assert [school.statuses(sid) for sid in sids] == [["queued", "sent", "delivered"]] * 6


@pytest.mark.parametrize(
    ("faults", "told", "kept"),
    [
        ({"drop_callbacks": 1}, [], "delivered"),
        ({"repeat_callbacks": 2}, ["queued", "queued", "sent", "sent", "delivered", "delivered"], "delivered"),
        ({"reorder_callbacks": True}, ["delivered", "sent", "queued"], "delivered"),
        ({"failure_rate": 1, "failure_code": 30007}, ["queued", "sent", "undelivered"], "undelivered"),
    ],
)
def test_settings_spoil_the_callbacks_of_everybody(network: Network, school: School, faults: dict, told: list[str], kept: str) -> None:
    network.set(**faults)
    sid = send(network, school)
    network.settle()
    assert school.statuses(sid) == told
    assert network.client.messages(sid).fetch().status == kept


def test_a_callback_is_tried_again_until_the_school_is_back(network: Network, school: School) -> None:
    answers = iter([500, 503, 204])
    school.answers = lambda _heard: Response(status=next(answers, 204))
    sid = send(network, school)
    network.settle()
    assert school.statuses(sid) == ["queued", "queued", "queued", "sent", "delivered"]
    tries = network.control(f"webhooks?message={sid}")["webhooks"]
    assert [(one["status"], one["tries"], one["answer"]) for one in tries[:3]] == [
        ("queued", 1, 500), ("queued", 2, 503), ("queued", 3, 204),
    ]  # fmt: skip
    assert len({heard.token for heard in school.heard[:3]}) == 1


def test_a_school_that_is_away_for_good_is_given_up(network: Network) -> None:
    sid = network.send(status_callback="http://127.0.0.1:9/status").sid
    network.settle()
    assert network.client.messages(sid).fetch().status == "delivered"
    tries = network.control(f"webhooks?message={sid}")["webhooks"]
    assert len(tries) == 3 * 4
    assert {one["problem"] for one in tries} == {"nobody answers at that address"}


def test_a_refusal_by_the_school_is_not_tried_again(network: Network, school: School) -> None:
    school.answers = lambda _heard: Response(status=403)
    sid = send(network, school)
    network.settle()
    assert school.statuses(sid) == ["queued", "sent", "delivered"]


def test_what_was_planned_goes_on_after_a_restart(school: School, tmp_path: Path) -> None:
    with running_network(database=tmp_path / "network.sqlite3") as before:
        before.set(callback_delay=30)
        sid = send(before, school)
        school.wait_for(1)
    with running_network(database=tmp_path / "network.sqlite3") as after:
        assert after.client.messages(sid).fetch().status == "queued"
        with after.app.extensions["simulator"].storage.transaction() as connection:
            connection.execute("UPDATE jobs SET due = 0, plan = REPLACE(plan, '30.0', '0')")
        after.settle()
        assert school.statuses(sid) == ["queued", "sent", "delivered"]
        assert after.control("")["outbound"] == 1


def test_a_redirect_is_not_followed(network: Network, school: School) -> None:
    def answer(heard: Heard) -> Response:
        return Response(status=302, headers={"Location": f"{school.url}/elsewhere"})

    school.answers = answer
    send(network, school)
    network.settle()
    assert {heard.path for heard in school.heard} == {"status"}
