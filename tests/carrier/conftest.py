"""Webhooks as the carrier signs them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

PUBLIC = "http://localhost"
TOKEN = "simulated-auth-token"
Carrier = Callable[..., TestResponse]


@pytest.fixture
def carrier_calls(client: FlaskClient) -> Carrier:
    """POST a signed form to a path; `url` is the address that the carrier believes to call."""

    def call(path: str, form: dict[str, Any], *, url: str | None = None, token: str = TOKEN, **more: Any) -> TestResponse:
        signature = RequestValidator(token).compute_signature(url or PUBLIC + path, form)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signature, **more.pop("headers", {})}, **more)

    return call
