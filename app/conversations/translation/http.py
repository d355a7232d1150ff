"""One careful POST of JSON to a translation server: bounded in time and size, no redirects, no secrets in errors."""

import json
from http import HTTPStatus
from typing import Any

import urllib3

from app.conversations.translation.provider import NotTranslatable, TranslatorAway, TranslatorRefused
from app.core import net_guard
from app.core.net_guard import UnsafeAddress

CONNECT_SECONDS = 3.0
READ_SECONDS = 12.0
MOST_BYTES = 256 * 1024
REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PAYMENT_REQUIRED, 456})
"""456 is DeepL's own: the quota is used up."""
CANNOT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})

_manager = urllib3.PoolManager(num_pools=4, maxsize=8, retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS))


def post(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    """The parsed answer. Raises TranslatorAway, TranslatorRefused or NotTranslatable.

    The address comes from the installation's own settings, so it may lie in its own network; it is checked to be one.
    """
    try:
        net_guard.check(url, allowed_origins=(_origin(url),))
    except UnsafeAddress as error:
        raise TranslatorAway from error
    try:
        answer = _manager.request(
            "POST",
            url,
            body=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
            redirect=False,
            preload_content=False,
        )
        data = answer.read(MOST_BYTES + 1, decode_content=True)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise TranslatorAway from error
    if answer.status in REFUSALS:
        raise TranslatorRefused
    if answer.status in CANNOT:
        raise NotTranslatable
    if answer.status != HTTPStatus.OK or len(data) > MOST_BYTES:
        raise TranslatorAway
    try:
        return json.loads(data)
    except ValueError as error:
        raise TranslatorAway from error


def _origin(url: str) -> str:
    parts = urllib3.util.parse_url(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.host}:{port}"
