"""Carriers tell of faxes: signed as each documents it, each piece of news once; what is forged or nonsense leaves nothing behind."""

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.carrier import sinch_faxes
from app.carrier.events import FaxArrived, FaxSendingMoved
from app.carrier.models import CarrierCallback
from app.config import Settings, SettingsRefused, read_settings
from app.core.clock import now
from app.core.database import db
from app.core.practice_keys import FAX_PUBLIC_KEY
from app.directory.models import Purpose
from tests.carrier.fax_news import AT, CAME, CLINIC, OURS, REFERENCE, WENT, came, in_json, listening, signed, telnyx_calls, went
from tests.factories import PhoneNumberFactory
from tests.simulator.running import served

TOKEN = "a token of thirty-two characters"


@pytest.fixture
def heard(app: Flask) -> Iterator[list[object]]:
    PhoneNumberFactory(address=OURS, purpose=Purpose.FAX)
    db.session.commit()
    with listening(app) as found:
        yield found


def noted() -> int:
    return db.session.scalar(select(func.count(CarrierCallback.id))) or 0


def test_a_fax_that_came_is_told_once(client: FlaskClient, heard: list[object]) -> None:
    assert [telnyx_calls(client, came()).status_code for _ in range(3)] == [204, 204, 204]
    assert heard == [FaxArrived(CAME, OURS, CLINIC, AT, 2, 50, "CASCADE PEDIATRICS")]


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_that_cannot_be_is_the_moment_in_which_it_was_told(client: FlaskClient, heard: list[object], told: str) -> None:
    before = now()
    assert [telnyx_calls(client, came(told)).status_code for _ in range(2)] == [204, 204]
    (arrived,) = heard
    assert isinstance(arrived, FaxArrived)
    assert before <= arrived.at <= now()


@pytest.mark.parametrize("hidden", ["anonymous", "", None, "sip:someone@example.org"])
def test_a_sender_that_hides_is_nobody(client: FlaskClient, heard: list[object], hidden: str | None) -> None:
    assert telnyx_calls(client, came(**{"from": hidden})).status_code == 204
    (arrived,) = heard
    assert isinstance(arrived, FaxArrived)
    assert arrived.sender == ""


def test_news_of_ours_is_told_in_any_order_and_once(client: FlaskClient, heard: list[object]) -> None:
    for status in ("delivered", "queued", "media.processed", "sending.started", "delivered"):
        more = {"page_count": 3, "call_duration_secs": 79} if status == "delivered" else {}
        assert telnyx_calls(client, went(status, **more)).status_code == 204
    told = FaxSendingMoved(WENT, REFERENCE, "delivered", pages=3, seconds=79)
    assert heard == [
        told,
        replace(told, status="queued", pages=None, seconds=None),
        replace(told, status="sending", pages=None, seconds=None),
    ]


@pytest.mark.parametrize(
    ("reason", "code", "pages"),
    [
        ("user_busy", "fax_busy", None), ("receiver_no_answer", "fax_no_answer", None),
        ("fax_initial_communication_timeout", "fax_not_a_fax", None), ("receiver_call_dropped", "fax_interrupted", 2),
        ("receiver_unallocated_number", "fax_bad_number", None), ("file_download_failed", "fax_bad_document", None),
        ("destination_not_in_countries_whitelist", "fax_refused", None), ("something_new", "fax_failed", None), (None, "fax_failed", None),
    ],
)  # fmt: skip
def test_a_failure_says_why(client: FlaskClient, heard: list[object], reason: str | None, code: str, pages: int | None) -> None:
    telnyx_calls(client, went("failed", failure_reason=reason, page_count=2))
    assert heard == [FaxSendingMoved(WENT, REFERENCE, "failed", code, reason, pages)]


def test_what_says_nothing_to_us_is_taken_and_not_told(client: FlaskClient, heard: list[object]) -> None:
    hung_up = came(status="failed", failure_reason="sender_call_dropped")
    coming = came(status="receiving")
    text = {"data": {"event_type": "message.received", "payload": {}}}
    assert [telnyx_calls(client, one).status_code for one in (hung_up, coming, text)] == [204, 204, 204]
    assert (heard, noted()) == ([], 0)


def test_a_fax_for_a_number_that_nobody_has_is_not_taken(client: FlaskClient, heard: list[object]) -> None:
    assert telnyx_calls(client, came(to="+15035550999")).status_code == 404
    assert (heard, noted()) == ([], 0)


BODY = json.dumps(came()).encode()


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {"telnyx-timestamp": str(int(time.time()))},
        lambda: signed(BODY, key=Ed25519PrivateKey.generate()),
        lambda: signed(BODY + b" "),
        lambda: signed(BODY, at=time.time() - 3600),
        lambda: signed(BODY, at=time.time() + 3600),
        lambda: signed(BODY) | {"telnyx-timestamp": "soon"},
        lambda: signed(BODY) | {"telnyx-signature-ed25519": "%%%"},
        lambda: signed(BODY) | {"telnyx-signature-ed25519": base64.b64encode(b"short").decode()},
    ],
    ids=["unsigned", "another key", "another body", "old", "early", "no time", "no base64", "too short"],
)
def test_what_is_forged_leaves_nothing_behind(client: FlaskClient, heard: list[object], headers: Callable[[], dict[str, str]]) -> None:
    assert telnyx_calls(client, BODY, headers=headers()).status_code == 403
    assert (heard, noted()) == ([], 0)


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"[]", b"{", b"\xff", b"[" * 50_000, {"data": []}, came(fax_id="no id"), came(status="flying"), came(direction="up"),
     came(direction=["inbound"]), came(status={}),
     {"data": {"event_type": "fax.received", "occurred_at": "soon", "payload": came()["data"]["payload"]}},
     {"data": {"event_type": "fax.received", "payload": 7, "occurred_at": "2026-11-22T16:33:36Z"}}],
)  # fmt: skip
def test_nonsense_is_a_bad_request(client: FlaskClient, heard: list[object], nonsense: Any) -> None:
    assert telnyx_calls(client, nonsense).status_code == 400
    assert (heard, noted()) == ([], 0)


def test_a_body_without_end_is_refused(client: FlaskClient, heard: list[object]) -> None:
    assert telnyx_calls(client, b" " * 300_000).status_code == 413
    assert heard == []


class Books:
    """What Sinch knows of its faxes: the house asks there before it believes anything."""

    def __init__(self) -> None:
        self.faxes: dict[str, dict[str, Any]] = {}
        self.is_away = False

    def app(self) -> Flask:
        app = Flask("books")

        @app.get("/v3/projects/p/faxes/<fax_id>")
        def fax(fax_id: str) -> Response:
            assert request.authorization is not None
            if self.is_away or (request.authorization.username, request.authorization.password) != ("key", "secret"):
                return Response(status=503)
            known = self.faxes.get(fax_id)
            return jsonify(known) if known else Response('{"error": {"code": 404, "status": "NOT_FOUND"}}', 404)

        return app


class TestSinch:
    """It signs nothing."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(
            update={
                "fax_carrier": "sinch", "sinch_project_id": "p", "sinch_key_id": "key", "sinch_key_secret": "secret",
                "sinch_webhook_token": TOKEN,
            }
        )  # fmt: skip

    @pytest.fixture
    def books(self, app: Flask) -> Iterator[Books]:
        books = Books()
        with served(books.app()) as url:
            app.extensions["fax_carrier"] = sinch_faxes.build(
                project="p", key_id="key", key_secret="secret", callback_url="http://localhost/", base=f"{url}/v3/projects/p"
            )
            books.faxes["01HCAME"] = {
                "id": "01HCAME", "direction": "INBOUND", "from": CLINIC, "to": OURS, "status": "COMPLETED", "numberOfPages": 2,
                "createTime": in_json(AT),
            }  # fmt: skip
            books.faxes["01HWENT"] = {
                "id": "01HWENT", "direction": "OUTBOUND", "from": OURS, "to": CLINIC, "status": "FAILURE", "numberOfPages": 4,
                "errorType": "CALL_ERROR", "errorCode": 17, "labels": {"reference": REFERENCE}, "createTime": in_json(AT),
            }  # fmt: skip
            yield books

    def tell(self, client: FlaskClient, fax_id: str, auth: tuple[str, str] | None = ("homeroom", TOKEN), **how: Any) -> int:
        """News of a fax; what it says beside its id is a lie."""
        lie = {"id": fax_id, "direction": "INBOUND", "status": "COMPLETED", "to": OURS, "from": "+15035550666"}
        how = how or {"json": {"event": "INCOMING_FAX", "fax": lie, "file": "A" * 400_000}}
        return client.post("/webhooks/fax/sinch", auth=auth, **how).status_code

    def test_what_it_says_is_looked_up_and_told_once(self, client: FlaskClient, heard: list[object], books: Books) -> None:
        assert [self.tell(client, "01HCAME") for _ in range(2)] == [204, 204]
        assert heard == [FaxArrived("01HCAME", OURS, CLINIC, AT, 2)]

    def test_a_form_with_the_document_does_as_well(self, client: FlaskClient, heard: list[object], books: Books) -> None:
        form = {"event": "FAX_COMPLETED", "fax": json.dumps({"id": "01HWENT"}), "file": (io.BytesIO(b"%PDF"), "fax.pdf")}
        assert self.tell(client, "", data=form, content_type="multipart/form-data") == 204
        assert heard == [FaxSendingMoved("01HWENT", REFERENCE, "failed", "fax_busy", "CALL_ERROR 17")]

    @pytest.mark.parametrize("auth", [None, ("homeroom", "a guess of thirty-two characters"), ("homeroom", ""), (TOKEN, "homeroom")])
    def test_who_does_not_know_the_password_is_refused(
        self, client: FlaskClient, heard: list[object], books: Books, auth: tuple[str, str] | None
    ) -> None:
        assert self.tell(client, "01HCAME", auth) == 403
        assert (heard, noted()) == ([], 0)

    def test_a_fax_that_the_carrier_does_not_know_is_forged(self, client: FlaskClient, heard: list[object], books: Books) -> None:
        assert self.tell(client, "01HFORGED") == 403
        assert (heard, noted()) == ([], 0)

    def test_while_it_cannot_be_asked_it_is_to_come_again(self, client: FlaskClient, heard: list[object], books: Books) -> None:
        books.is_away = True
        assert self.tell(client, "01HCAME") == 503
        books.is_away = False
        assert self.tell(client, "01HCAME") == 204
        assert len(heard) == 1

    @pytest.mark.parametrize("nonsense", [{"json": {}}, {"json": {"fax": {"id": "../../numbers"}}}, {"data": b"%PDF"}])
    def test_nonsense_is_a_bad_request(self, client: FlaskClient, heard: list[object], books: Books, nonsense: dict[str, Any]) -> None:
        assert self.tell(client, "", **nonsense) == 400
        assert heard == []

    def test_the_other_door_is_closed(self, client: FlaskClient, heard: list[object], books: Books) -> None:
        assert telnyx_calls(client, came()).status_code == 403
        assert heard == []


KEY = base64.b64encode(bytes(32)).decode()
TELNYX = {"FAX_CARRIER": "telnyx", "TELNYX_API_KEY": "KEY0", "TELNYX_PUBLIC_KEY": KEY, "TELNYX_FAX_APPLICATION": "12"}
SINCH = {
    "FAX_CARRIER": "sinch", "SINCH_PROJECT_ID": "p", "SINCH_KEY_ID": "k", "SINCH_KEY_SECRET": "s", "SINCH_WEBHOOK_TOKEN": TOKEN,
}  # fmt: skip
TWILIO = {"CARRIER": "twilio", "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "our own token"}


@pytest.mark.parametrize("account", [TELNYX, SINCH])
def test_half_an_account_is_refused_at_start(tmp_path: Path, account: dict[str, str]) -> None:
    whole = {"HOMEROOM_DATA": str(tmp_path), **account}
    assert read_settings(whole).fax_carrier == account["FAX_CARRIER"]
    for name in account:
        if name != "FAX_CARRIER":
            with pytest.raises(SettingsRefused, match=name):
                read_settings({other: value for other, value in whole.items() if other != name})


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (TELNYX | {"TELNYX_PUBLIC_KEY": FAX_PUBLIC_KEY}, "TELNYX_PUBLIC_KEY"),
        (TELNYX | {"TELNYX_PUBLIC_KEY": "not one"}, "TELNYX_PUBLIC_KEY"),
        (SINCH | {"SINCH_WEBHOOK_TOKEN": "short"}, "SINCH_WEBHOOK_TOKEN"), (TWILIO | {"FAX_CARRIER": "simulator"}, "FAX_CARRIER"),
        (TELNYX | {"HOMEROOM_DEMO": "1"}, "HOMEROOM_DEMO"),
    ],
)  # fmt: skip
def test_keys_that_everybody_knows_are_refused_with_a_real_carrier(tmp_path: Path, given: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsRefused, match=word):
        read_settings({"HOMEROOM_DATA": str(tmp_path), **given})


def test_without_a_word_faxes_go_where_texts_go_or_nowhere(tmp_path: Path) -> None:
    assert read_settings({"HOMEROOM_DATA": str(tmp_path)}).fax_carrier == "simulator"
    assert read_settings({"HOMEROOM_DATA": str(tmp_path), **TWILIO}).fax_carrier == "none"
