"""Settings that make the line of faxes misbehave, and what lies at the carrier in each form."""

import base64
import io
import time
from collections.abc import Iterator

import pytest
import requests
from flask import Response
from PIL import Image

from app.core import practice_keys
from tests.simulator.faxing import CLINIC, FaxNetwork, FaxNews, fax_network, pdf
from tests.simulator.running import SCHOOL


@pytest.fixture
def line() -> Iterator[FaxNetwork]:
    with fax_network() as line:
        yield line


def test_shares_of_answers_go_wrong(line: FaxNetwork) -> None:
    line.network.set(busy_rate=1)
    assert line.send().status_code == 429
    line.network.set(busy_rate=0, error_rate=1)
    assert line.send().status_code == 500
    line.network.set(error_rate=0, adopts_senders=False)
    assert line.send().json()["errors"][0]["source"] == {"pointer": "/from"}
    line.network.control("numbers", {"number": SCHOOL})
    assert line.send().status_code == 202
    line.network.set(lost_answer_rate=1, lost_answer_seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        line.send()
    assert len(line.network.control("faxes")["faxes"]) == 2


@pytest.mark.parametrize(
    ("share", "reason", "pages"),
    [
        ("busy_fax_rate", "user_busy", None),
        ("unanswered_fax_rate", "receiver_no_answer", None),
        ("interrupted_fax_rate", "receiver_call_dropped", 1),
    ],
)
def test_shares_of_faxes_fail(line: FaxNetwork, share: str, reason: str, pages: int | None) -> None:
    line.network.set(**{share: 1})
    line.sent()
    line.settle()
    last = line.school.heard[-1].fax
    assert (last["failure_reason"], last.get("page_count")) == (reason, pages)


def test_webhooks_are_lost_or_late(line: FaxNetwork) -> None:
    line.network.set(drop_callbacks=1)
    lost = line.arrive(pdf())["sid"]
    line.settle()
    assert line.school.heard == []
    found = line.ask("GET", "/v2/faxes", params={"filter[direction][eq]": "inbound"}).json()["data"]
    assert [(fax["id"], fax["status"]) for fax in found] == [(lost, "received")]
    assert {post["problem"] for post in line.network.control("faxes")["faxes"][0]["posts"]} == {"dropped"}
    line.network.set(drop_callbacks=0, late_fax_news=0.8)
    line.arrive(pdf())
    began = time.monotonic()
    assert line.school.wait_for("fax.received").at - began > 0.5


def test_a_webhook_that_fails_comes_again_signed_anew(line: FaxNetwork) -> None:
    line.school.answers = lambda news: Response(status=503 if news.body["meta"]["attempt"] < 3 else 200)
    line.arrive(pdf())
    line.settle()
    told = [news for news in line.school.heard if news.event == "fax.received"]
    assert [news.body["meta"]["attempt"] for news in told] == [1, 2, 3]
    assert all(news.is_signed for news in told)
    assert len({news.body["data"]["id"] for news in told}) == 1


def test_a_webhook_that_is_refused_is_not_repeated(line: FaxNetwork) -> None:
    line.school.answers = lambda _news: Response(status=404)
    line.arrive(pdf())
    line.settle()
    assert [news.event for news in line.school.heard].count("fax.received") == 1


def test_a_fax_that_is_never_heard_of_again_can_be_called_off(line: FaxNetwork) -> None:
    fax_id = line.sent("+15035559017")
    line.settle()
    assert line.look_up(fax_id)["status"] == "media.processed"
    assert line.ask("POST", f"/v2/faxes/{fax_id}/actions/cancel").status_code == 202
    assert line.look_up(fax_id)["failure_reason"] == "sender_canceled"


def test_a_machine_that_is_busy_twice_takes_the_third(line: FaxNetwork) -> None:
    reasons = []
    for _try in range(3):
        fax_id = line.sent("+15035559007")
        line.settle()
        reasons.append(line.look_up(fax_id)["failure_reason"])
    assert reasons == ["user_busy", "user_busy", None]


@pytest.mark.parametrize(
    ("kind", "is_fine", "compression"),
    [("tiff-g3", False, "group3"), ("tiff-g3", True, "group3"), ("tiff-g4", True, "group4"), ("tiff-g4", False, "group4")],
)
def test_a_machine_makes_true_faxes(line: FaxNetwork, kind: str, is_fine: bool, compression: str) -> None:
    line.arrive(pdf(2), kind=kind, is_fine=is_fine)
    address = line.school.wait_for("fax.received", 20).fax["media_url"]
    answer = requests.get(address, timeout=10)
    assert answer.headers["Content-Type"] == "image/tiff"
    with Image.open(io.BytesIO(answer.content)) as fax:
        assert (fax.format, fax.mode, fax.width, fax.n_frames, fax.info["compression"]) == ("TIFF", "1", 1728, 2, compression)
        across, down = (round(float(dots)) for dots in fax.info["dpi"])
        assert (across, down) == (204, 196 if is_fine else 98)
        assert abs(fax.height / down - 11) < 0.3, "a letter is eleven inches long"


def test_the_head_of_each_page_says_who_sends(line: FaxNetwork) -> None:
    line.network.control("fax_machines", {"number": CLINIC, "name": "Cascade Pediatrics", "station": "CASCADE PEDIATRICS"})
    inks = {}
    for has_head in (True, False):
        fax = line.arrive(pdf(), kind="tiff-g4", has_head=has_head)
        line.settle()
        document = requests.get(line.look_up(fax["sid"])["media_url"], timeout=10).content
        with Image.open(io.BytesIO(document)) as page:
            head = page.convert("L").crop((0, 0, page.width, 90))
            inks[has_head] = head.width * head.height - sum(head.histogram()[128:])
    assert inks[True] > 1000
    assert inks[False] == 0
    heard = line.school.wait_for("fax.received").fax
    assert heard["from_display_name"] == "CASCADE PEDIATRICS"


def test_what_no_machine_would_send_may_lie_at_the_carrier(line: FaxNetwork) -> None:
    line.arrive(b"II*\x00 and then nothing", as_it_is="image/tiff", pages=5)
    news = line.school.wait_for("fax.received")
    assert news.fax["page_count"] == 5
    assert requests.get(news.fax["media_url"], timeout=10).content.startswith(b"II*")
    refused = requests.post(
        f"{line.network.url}/_control/fax_machines/{CLINIC}/faxes",
        json={"to": SCHOOL, "documents": [base64.b64encode(b"nothing").decode()]},
        timeout=30,
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "not_a_document")


def test_news_is_signed_over_time_and_body(line: FaxNetwork) -> None:
    line.arrive(pdf())
    news: FaxNews = line.school.wait_for("fax.received")
    assert news.is_signed
    assert news.headers["User-Agent"] == "telnyx-webhooks"
    assert len(base64.b64decode(practice_keys.FAX_PUBLIC_KEY)) == 32
