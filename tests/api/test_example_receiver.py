"""The receiver that we hand out believes what Homeroom signs, and nothing else."""

import importlib.util
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from tests.api.quick_starts import ROOT

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type": "message.received", "data": {"id": 1}}'
Headers = dict[str, str]


def receiver(monkeypatch: pytest.MonkeyPatch, **settings: str) -> ModuleType:
    for name in ("WEBHOOK_SECRET", "BASIC_USER", "BASIC_PASSWORD"):
        monkeypatch.setenv(name, settings.get(name, ""))
    spec = importlib.util.spec_from_file_location("receiver", ROOT / "examples" / "webhook_receiver" / "receiver.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signed(event_id: str = "msg_1", *, at: datetime | None = None, secret: str = SECRET) -> Headers:
    at = at or datetime.now(UTC)
    signature = Webhook(secret).sign(event_id, at, BODY)
    return {"webhook-id": event_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def post(browser: FlaskClient, headers: Headers, body: str = BODY, **more: object) -> int:
    return browser.post("/events", data=body, headers=headers, content_type="application/json", **more).status_code


def test_each_signed_event_is_done_once_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    module = receiver(monkeypatch, WEBHOOK_SECRET=SECRET)
    browser = module.app.test_client()
    assert [post(browser, signed()), post(browser, signed()), post(browser, signed("msg_2"))] == [204, 204, 204]
    assert len(browser.get("/seen").json) == 2
    late = signed(at=datetime.now(UTC) - timedelta(minutes=6))
    other = signed(secret="whsec_" + "QUJD" * 8)
    assert [post(browser, late), post(browser, other), post(browser, {}), post(browser, signed(), BODY + " ")] == [401] * 4
    assert len(module.seen) == 2


def test_a_password_is_asked_for_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    module = receiver(monkeypatch, WEBHOOK_SECRET=SECRET, BASIC_USER="homeroom", BASIC_PASSWORD="only-we-two")
    browser = module.app.test_client()
    assert post(browser, signed()) == 401
    assert post(browser, signed(), auth=("homeroom", "wrong")) == 401
    assert post(browser, {}, auth=("homeroom", "only-we-two")) == 401
    assert post(browser, signed(), auth=("homeroom", "only-we-two")) == 204


def test_several_addresses_have_a_secret_each(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "whsec_" + "QUJD" * 8
    browser = receiver(monkeypatch, WEBHOOK_SECRET=f"{SECRET}, {other}").app.test_client()
    assert [post(browser, signed()), post(browser, signed("msg_2", secret=other))] == [204, 204]
    assert post(browser, signed("msg_3", secret="whsec_" + "REVG" * 8)) == 401


def test_without_a_secret_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(receiver(monkeypatch).app.test_client(), signed()) == 401
