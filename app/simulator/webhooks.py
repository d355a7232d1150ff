"""Calls from the network to the school: signed as the carrier signs, with a time limit, and never following a redirect."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

import urllib3
from twilio.request_validator import RequestValidator

from app.simulator.wire import is_web_address

LONGEST_ANSWER = 64 * 1024
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What the school said. `status` is None when there was no answer, and `problem` says why."""

    status: int | None
    problem: str | None
    seconds: float
    content_type: str = ""
    body: bytes = b""

    @property
    def is_heard(self) -> bool:
        """Whether the school took it, or said for good that it does not want it: a further try would change nothing."""
        return self.status is not None and self.status < SERVER_ERROR


class Caller:
    """Makes the calls. Safe to use from any thread; connections are kept open."""

    def __init__(self, auth_token: str, timeout: float, most_at_once: int) -> None:
        """Sign with `auth_token`, wait at most `timeout` seconds for an answer."""
        self._validator = RequestValidator(auth_token)
        self._pool = urllib3.PoolManager(
            num_pools=8, maxsize=most_at_once, retries=False, timeout=urllib3.Timeout(connect=min(3.0, timeout), read=timeout)
        )  # fmt: skip

    def post(self, url: str, form: dict[str, str], idempotency: str) -> Answer:
        """Post `form` to `url`. Never raises for what the other side does."""
        if not is_web_address(url):
            return Answer(None, "not a web address", 0.0)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": idempotency,
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
        }
        return self.bring(url, urlencode(form).encode(), headers)

    def bring(self, url: str, content: bytes, headers: dict[str, str]) -> Answer:
        """Post `content` to `url`, signed by whoever made its headers. Never raises for what the other side does."""
        start = time.perf_counter()
        if not is_web_address(url):
            return Answer(None, "not a web address", 0.0)
        try:
            response = self._pool.request("POST", url, body=content, headers=headers, redirect=False, preload_content=False)
            try:
                body = response.read(LONGEST_ANSWER + 1)
            finally:
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            return Answer(None, _in_words(error), time.perf_counter() - start)
        if len(body) > LONGEST_ANSWER:
            response.close()
            body = b""
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(response.status, None, time.perf_counter() - start, content_type, body)

    def listen(self, url: str, most_bytes: int) -> tuple[bytes, str] | None:
        """Get a sound from `url`, with its type; None if it cannot be had or is none."""
        found = self.fetch(url, most_bytes) if is_web_address(url) else None
        return found if found is not None and found[1].startswith("audio/") else None

    def fetch(self, url: str, most_bytes: int, *, redirects: bool = True) -> tuple[bytes, str] | None:
        """Get a picture from `url`, with its type; None if it cannot be had or is too big."""
        try:
            response = self._pool.request("GET", url, redirect=redirects, retries=2 if redirects else False, preload_content=False)
            try:
                content = response.read(most_bytes + 1)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError:
            return None
        if response.status != 200 or len(content) > most_bytes:  # noqa: PLR2004  # OK
            return None
        return content, response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _in_words(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return "nobody answers at that address"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "no answer in time"
    return "the connection broke"
