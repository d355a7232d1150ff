"""Whether a webhook really comes from the carrier."""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from werkzeug.wrappers import Request

from app.config import Settings


class SignatureCheck:
    """Checks against the public address: behind a proxy the request itself knows only the inner one."""

    def __init__(self, settings: Settings) -> None:
        """Trust who knows the account's token."""
        self._public_url = settings.public_url.rstrip("/")
        self._validator = RequestValidator(settings.twilio_auth_token)

    def passes(self, request: Request) -> bool:
        """Whether `request`, a form, was signed with our token for the address that the carrier was given."""
        signature = request.headers.get(SIGNATURE_HEADER, "")
        if not signature:
            return False
        url = self._public_url + address_of(request.environ)
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER, ""))
        try:
            expected = self._validator.compute_signature(url, request.form, algorithm)
            if hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
                return True
            return bool(self._validator.validate(url, request.form, signature, algorithm))  # tries the port both ways
        except ValueError:  # text that no carrier sends: lone surrogates, an algorithm nobody knows
            return False


def address_of(environ: Mapping[str, Any]) -> str:
    """Path and query exactly as they were sent, where the server keeps them."""
    for key in ("RAW_URI", "REQUEST_URI"):
        given = environ.get(key)
        if isinstance(given, str) and given.startswith("/"):
            return given
    path = quote(str(environ.get("PATH_INFO", "")).encode("latin-1"), safe="/:@!$&'()*+,;=~")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
