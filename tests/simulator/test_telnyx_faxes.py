"""Telnyx's face of the network: what its API answers and what its webhooks say."""

from collections.abc import Iterator

import pytest
import requests

from tests.simulator.faxing import CLINIC, FaxNetwork, fax_network, pdf
from tests.simulator.running import SCHOOL


@pytest.fixture
def line() -> Iterator[FaxNetwork]:
    with fax_network() as line:
        yield line


def test_a_fax_from_a_machine_is_told_and_can_be_fetched(line: FaxNetwork) -> None:
    document = pdf(2)
    line.arrive(document, as_it_is="application/pdf")
    news = line.school.wait_for("fax.received")
    assert news.is_signed
    assert (news.fax["from"], news.fax["to"], news.fax["page_count"], news.fax["partial_content"]) == (CLINIC, SCHOOL, 2, False)
    assert news.fax["call_duration_secs"] > 10
    assert requests.get(news.fax["media_url"], timeout=10).content == document
    assert line.school.events(news.fax_id) == ["fax.receiving.started", "fax.received"]
    shown = line.look_up(news.fax_id)
    assert (shown["direction"], shown["status"], shown["failure_reason"]) == ("inbound", "received", None)


def test_the_address_of_a_document_ends_and_can_be_had_again() -> None:
    with fax_network(media_seconds=-1.0) as line:
        line.arrive(pdf())
        news = line.school.wait_for("fax.received")
        assert requests.get(news.fax["media_url"], timeout=10).status_code == 403
        object.__setattr__(line.network.app.extensions["simulator"].settings, "media_seconds", 600.0)
        assert line.ask("POST", f"/v2/faxes/{news.fax_id}/actions/refresh").json() == {"data": {"result": "ok"}}
        fresh = line.look_up(news.fax_id)["media_url"]
        assert requests.get(fresh, timeout=10).content.startswith(b"%PDF")
        assert requests.get(fresh.replace("until=", "until=9"), timeout=10).status_code == 403


def test_a_line_that_breaks_brings_what_arrived(line: FaxNetwork) -> None:
    line.arrive(pdf(3), "+15035559005")
    news = line.school.wait_for("fax.received")
    assert (news.fax["partial_content"], news.fax["page_count"]) == (True, 1)


def test_a_hidden_number_is_not_told(line: FaxNetwork) -> None:
    line.arrive(pdf(), is_hidden=True)
    assert line.school.wait_for("fax.received").fax["from"] == "anonymous"


def test_a_fax_that_the_school_sends_goes_through(line: FaxNetwork) -> None:
    fax_id = line.sent(client_state="c2Nob29s")
    line.settle()
    assert line.school.events(fax_id) == ["fax.queued", "fax.media.processed", "fax.sending.started", "fax.delivered"]
    last = line.school.heard[-1]
    assert last.is_signed
    assert (last.fax["page_count"], last.fax["client_state"], last.fax["direction"]) == (3, "c2Nob29s", "outbound")
    assert line.look_up(fax_id)["status"] == "delivered"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+15035559001", "user_busy"),
        ("+15035559002", "receiver_no_answer"),
        ("+15035559003", "fax_initial_communication_timeout"),
        ("+15035559004", "receiver_unallocated_number"),
        ("+15035559005", "receiver_call_dropped"),
        ("+15035559018", "file_download_failed"),
        ("+15035559019", "service_unavailable"),
        ("+15035559020", "destination_not_in_countries_whitelist"),
        ("+15035559021", "receiver_decline"),
    ],
)
def test_numbers_that_fail(line: FaxNetwork, number: str, reason: str) -> None:
    fax_id = line.sent(number)
    line.settle()
    assert line.school.heard[-1].fax["failure_reason"] == reason
    shown = line.look_up(fax_id)
    assert (shown["status"], shown["failure_reason"]) == ("failed", reason)


def test_a_document_that_is_not_there_or_no_document_fails(line: FaxNetwork) -> None:
    line.school.documents["broken.pdf"] = b"%PDF-1.4 and nothing more"
    missing = line.sent(media_url=f"{line.school.url}/documents/nothing.pdf")
    broken = line.sent(media_url=f"{line.school.url}/documents/broken.pdf")
    line.settle()
    assert line.look_up(missing)["failure_reason"] == "file_download_failed"
    assert line.look_up(broken)["failure_reason"] == "file_format_invalid"


def test_what_the_api_refuses(line: FaxNetwork) -> None:
    assert line.ask("GET", "/v2/faxes", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert line.send("+1503").status_code == 422
    assert line.send(SCHOOL).status_code == 422
    assert line.send(connection_id="another").status_code == 422
    assert line.send(media_url="file:///etc/passwd").status_code == 422
    assert line.send("+15035559009").json()["errors"][0]["source"] == {"pointer": "/to"}
    assert line.send("+15035559010").status_code == 429
    assert line.network.control("faxes")["faxes"] == []
    assert line.send("+15035559011").status_code == 500
    assert len(line.network.control("faxes")["faxes"]) == 1
    assert line.ask("GET", "/v2/faxes/9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d").status_code == 404


def test_a_lost_answer_leaves_a_fax_that_can_be_found(line: FaxNetwork) -> None:
    line.network.set(lost_answer_seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        line.send("+15035559008", client_state="bG9zdA==")
    line.settle()
    found = line.ask("GET", "/v2/faxes", params={"filter[to][eq]": "+15035559008", "filter[from][eq]": SCHOOL}).json()
    assert [(fax["client_state"], fax["status"]) for fax in found["data"]] == [("bG9zdA==", "delivered")]


def test_the_list_filters_and_pages(line: FaxNetwork) -> None:
    line.network.set(fax_speed=4000)
    sent = [line.sent() for _ in range(3)]
    line.arrive(pdf())
    line.settle()
    first = line.ask("GET", "/v2/faxes", params={"filter[direction][eq]": "outbound", "page[size]": 2}).json()
    assert [fax["id"] for fax in first["data"]] == [sent[2], sent[1]]
    assert (first["meta"]["total_results"], first["meta"]["total_pages"]) == (3, 2)
    second = line.ask("GET", "/v2/faxes", params={"filter[direction][eq]": "outbound", "page[size]": 2, "page[number]": 2}).json()
    assert [fax["id"] for fax in second["data"]] == [sent[0]]
    inbound = line.ask("GET", "/v2/faxes", params={"filter[direction][eq]": "inbound", "filter[created_at][gte]": "2026-01-01T00:00:00Z"})
    assert [fax["direction"] for fax in inbound.json()["data"]] == ["inbound"]
    none = line.ask("GET", "/v2/faxes", params={"filter[created_at][gte]": "2999-01-01T00:00:00Z"})
    assert none.json()["data"] == []


def test_cancelling_and_forgetting(line: FaxNetwork) -> None:
    line.network.set(fax_speed=0.01)
    fax_id = line.sent()
    assert line.ask("POST", f"/v2/faxes/{fax_id}/actions/cancel").status_code == 202
    line.settle()
    assert line.look_up(fax_id)["failure_reason"] == "sender_canceled"
    assert line.ask("POST", f"/v2/faxes/{fax_id}/actions/cancel").status_code == 422
    assert line.ask("DELETE", f"/v2/faxes/{fax_id}").status_code == 204
    assert line.ask("GET", f"/v2/faxes/{fax_id}").status_code == 404
    assert line.ask("GET", "/v2/faxes").json()["data"] == []


def test_webhooks_come_late_twice_and_in_any_order(line: FaxNetwork) -> None:
    backwards = line.sent("+15035559014")
    line.settle()
    assert line.school.events(backwards) == ["fax.delivered", "fax.sending.started", "fax.media.processed", "fax.queued"]
    thrice = line.sent("+15035559013")
    line.settle()
    assert line.school.events(thrice).count("fax.delivered") == 3
    never = line.sent("+15035559012")
    line.settle()
    assert line.school.events(never) == []
    assert line.look_up(never)["status"] == "delivered"
