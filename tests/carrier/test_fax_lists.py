"""A carrier's list may hold what nobody can read: it hides none of the others, and what we handed over counts as handed over."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, jsonify

from app.carrier import sinch_faxes, telnyx_faxes
from app.carrier.faxes import CarrierFaxStatus, FaxCarrier
from app.core.clock import now
from tests.carrier.fax_news import AT, CLINIC, OURS, REFERENCE, in_json
from tests.simulator.running import served

SINCE = AT - timedelta(hours=1)
Row = Callable[..., dict[str, Any]]


def of_telnyx(number: int, **fields: Any) -> dict[str, Any]:
    """A fax of ours, as it lists it."""
    reference = base64.b64encode(f"{REFERENCE}{number}".encode()).decode()
    usual = {"id": f"fax-{number}", "direction": "outbound", "from": OURS, "to": CLINIC, "status": "delivered", "client_state": reference}
    return usual | {"created_at": in_json(AT)} | fields


def of_sinch(number: int, **fields: Any) -> dict[str, Any]:
    """The same there."""
    usual = {"id": f"fax-{number}", "direction": "OUTBOUND", "from": OURS, "to": CLINIC, "status": "COMPLETED"}
    return usual | {"createTime": in_json(AT), "labels": {"reference": f"{REFERENCE}{number}"}} | fields


@pytest.fixture
def rows() -> list[Any]:
    return []


@pytest.fixture(params=["telnyx", "sinch"])
def carrier(request: pytest.FixtureRequest, rows: list[Any]) -> Iterator[tuple[FaxCarrier, Row]]:
    app = Flask("lists")

    @app.get("/v3/projects/p/faxes")
    @app.get("/v2/faxes")
    def faxes() -> Response:
        return jsonify({"data": rows, "faxes": rows})

    with served(app) as url:
        if request.param == "telnyx":
            yield telnyx_faxes.build(api_key="k", application="a", callback_url="http://localhost/", base=f"{url}/v2"), of_telnyx
        else:
            base = f"{url}/v3/projects/p"
            yield sinch_faxes.build(project="p", key_id="k", key_secret="s", callback_url="http://localhost/", base=base), of_sinch


NONSENSE: list[dict[str, Any]] = [
    {"status": "flying"}, {"status": ["delivered"]}, {"created_at": "soon", "createTime": "soon"}, {"created_at": 7, "createTime": []},
]  # fmt: skip


@pytest.mark.parametrize("odd", [7, None, [], {}, {"id": "x"}, {"direction": ["outbound"]}])
def test_what_makes_no_sense_is_left_out(carrier: tuple[FaxCarrier, Row], rows: list[Any], odd: Any) -> None:
    adapter, row = carrier
    rows += [row(1), row(2, **odd) if odd == {"direction": ["outbound"]} else odd, row(3)]
    found = adapter.find_sent(to=CLINIC, sender=OURS, since=SINCE)
    assert [fax.provider_id for fax in found] == ["fax-1", "fax-3"]


@pytest.mark.parametrize("odd", NONSENSE)
def test_what_we_handed_over_is_there_whatever_is_said_of_it(carrier: tuple[FaxCarrier, Row], rows: list[Any], odd: dict[str, Any]) -> None:
    adapter, row = carrier
    rows += [row(1), row(2, **odd)]
    found = {fax.provider_id: fax for fax in adapter.find_sent(to=CLINIC, sender=OURS, since=SINCE)}
    assert (found["fax-2"].reference, found["fax-2"].status) == (f"{REFERENCE}2", CarrierFaxStatus.QUEUED)
    assert found["fax-1"].status == CarrierFaxStatus.DELIVERED


@pytest.mark.parametrize("odd", NONSENSE)
def test_one_that_came_and_cannot_be_read_hides_no_other(carrier: tuple[FaxCarrier, Row], rows: list[Any], odd: dict[str, Any]) -> None:
    adapter, row = carrier
    is_telnyx = row is of_telnyx
    came = {"direction": "inbound" if is_telnyx else "INBOUND", "status": "received" if is_telnyx else "COMPLETED", "labels": {}}
    came |= {"client_state": None}
    rows += [row(1, **came), row(2, **came | odd), row(3, **came)]
    found = adapter.find_received(since=now() - timedelta(days=3))
    assert [fax.provider_id for fax in found] == ["fax-1", "fax-3"]
