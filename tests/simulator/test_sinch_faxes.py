"""Sinch's face of the network: what its API answers and what its webhooks say."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from app.core import practice_keys
from tests.simulator.faxing import CLINIC, FaxNetwork, fax_network, pdf
from tests.simulator.running import SCHOOL


class Sinch:
    """The project, as its owner uses it."""

    def __init__(self, line: FaxNetwork) -> None:
        self.line, self.school = line, line.school

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        auth = more.pop("auth", (practice_keys.SINCH_KEY, practice_keys.SINCH_SECRET))
        project = more.pop("project", practice_keys.SINCH_PROJECT)
        return requests.request(method, f"{self.line.network.url}/sinch/v3/projects/{project}{path}", auth=auth, timeout=30, **more)

    def send(self, to: str = CLINIC, **more: Any) -> requests.Response:
        wish = {
            "to": to, "from": SCHOOL, "contentUrl": [f"{self.school.url}/documents/letter.pdf"], "labels": {"reference": "fax-7"},
            "maxRetries": 0, "callbackUrl": f"{self.school.url}/faxes",
        }  # fmt: skip
        return self.ask("POST", "/faxes", json=wish | more)

    def sent(self, to: str = CLINIC, **more: Any) -> str:
        answer = self.send(to, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def look_up(self, fax_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/faxes/{fax_id}").json())


@pytest.fixture
def sinch() -> Iterator[Sinch]:
    with fax_network(fax_carrier="sinch") as line:
        yield Sinch(line)


def test_a_fax_from_a_machine_is_told_with_its_document(sinch: Sinch) -> None:
    document = pdf(2)
    sinch.line.arrive(document, as_it_is="application/pdf")
    news = sinch.school.wait_for("INCOMING_FAX")
    assert (news.fax["from"], news.fax["to"], news.fax["numberOfPages"], news.fax["status"]) == (CLINIC, SCHOOL, 2, "COMPLETED")
    assert news.file == document
    assert sinch.ask("GET", f"/faxes/{news.fax_id}/file").content == document
    assert sinch.ask("DELETE", f"/faxes/{news.fax_id}/file").status_code == 204
    assert sinch.ask("GET", f"/faxes/{news.fax_id}/file").status_code == 404
    assert sinch.look_up(news.fax_id)["hasFile"] is False


def test_a_fax_that_the_school_sends_is_told_once_at_its_end(sinch: Sinch) -> None:
    fax_id = sinch.sent(
        callbackUrlContentType="application/json", callbackUrl=sinch.school.url.replace("//", "//homeroom:a%2Fb@") + "/faxes"
    )
    sinch.line.settle()
    (news,) = sinch.school.heard
    assert (news.event, news.fax_id, news.fax["labels"]) == ("FAX_COMPLETED", fax_id, {"reference": "fax-7"})
    assert base64.b64decode(news.headers["Authorization"].removeprefix("Basic ")) == b"homeroom:a/b"
    shown = sinch.look_up(fax_id)
    assert (shown["status"], shown["numberOfPages"], shown["pagesSentSuccessfully"]) == ("COMPLETED", 3, 3)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("+15035559001", ("CALL_ERROR", 17)),
        ("+15035559002", ("CALL_ERROR", 16)),
        ("+15035559003", ("FAX_ERROR", 132)),
        ("+15035559004", ("CALL_ERROR", 34)),
        ("+15035559005", ("FAX_ERROR", 131)),
        ("+15035559018", ("DOCUMENT_CONVERSION_ERROR", 54)),
        ("+15035559020", ("FAX_ERROR", 133)),
    ],
)
def test_numbers_that_fail(sinch: Sinch, number: str, error: tuple[str, int]) -> None:
    fax_id = sinch.sent(number)
    sinch.line.settle()
    shown = sinch.look_up(fax_id)
    assert (shown["status"], shown["errorType"], shown["errorCode"]) == ("FAILURE", *error)
    assert shown["pagesSentSuccessfully"] == (1 if number.endswith("9005") else 0)


def test_what_the_api_refuses(sinch: Sinch) -> None:
    assert sinch.ask("GET", "/faxes", auth=("practice-key", "wrong")).status_code == 401
    assert sinch.ask("GET", "/faxes", project="another").status_code == 403
    refused = sinch.send("+1503")
    assert (refused.status_code, refused.json()["error"]["details"][0]["fieldViolations"][0]["field"]) == (422, "to")
    assert sinch.send(to=[CLINIC, "+15035550188"]).status_code == 422
    assert sinch.send(maxRetries=3).status_code == 422
    assert sinch.send(contentUrl=[]).status_code == 422
    assert sinch.send("+15035559010").status_code == 429
    assert sinch.ask("GET", "/faxes/01PRACTICE").status_code == 404


def test_the_list_filters_and_pages(sinch: Sinch) -> None:
    sent = [sinch.sent() for _ in range(3)]
    sinch.line.settle()
    first = sinch.ask("GET", "/faxes", params={"direction": "OUTBOUND", "pageSize": 2, "to": CLINIC, "from": SCHOOL}).json()
    assert [fax["id"] for fax in first["faxes"]] == [sent[2], sent[1]]
    assert (first["totalItems"], first["totalPages"]) == (3, 2)
    assert [fax["id"] for fax in sinch.ask("GET", "/faxes", params={"pageSize": 2, "page": 2}).json()["faxes"]] == [sent[0]]
    assert sinch.ask("GET", "/faxes", params={"createTime>": "2999-01-01T00:00:00Z"}).json()["faxes"] == []
    assert sinch.ask("GET", "/faxes", params={"direction": "INBOUND"}).json()["faxes"] == []
    assert sinch.line.ask("GET", "/v2/faxes").json()["data"] == [], "the other carrier knows nothing of them"
