"""Twilio, through its own client library. The simulator speaks the same language at another address."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import quote_plus

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.carrier import media
from app.carrier.asking import check
from app.carrier.gateway import (
    CarrierBusy,
    CarrierRefused,
    CarrierStatus,
    CarrierText,
    CarrierUnreachable,
    LineFacts,
    OutboundText,
    OwnedNumber,
)
from app.carrier.http_client import PooledHttpClient
from app.carrier.poster import Poster
from app.carrier.twilio_statuses import STATUSES
from app.directory.models import ContactKind

LINE_KINDS = {
    "mobile": ContactKind.MOBILE,
    "landline": ContactKind.LANDLINE,
    "fixedVoip": ContactKind.VOIP,
    "nonFixedVoip": ContactKind.VOIP,
}
BUSY = "20429"
SUCCESS = range(200, 300)
LONGEST_LOOK = 200
"""How many texts between two numbers are looked through for a lost one, newest first."""


@dataclass(frozen=True)
class TwilioCarrier:
    """One account. `callback_url` hears of every text; its reference is added to it."""

    client: Client
    messages: Poster
    callback_url: str
    media_origins: media.Origins

    def send(self, text: OutboundText) -> str:
        """Hand a text over, past the object that the library would make of the answer: half of the time of a hand-over."""
        form = f"To={quote_plus(text.to)}&From={quote_plus(text.sender)}&Body={_encoded(text.body)}"
        form += f"&StatusCallback={_encoded(self.callback_url)}%3Fref%3D{text.reference}"
        for url in text.media_urls:
            form += f"&MediaUrl={quote_plus(url)}"
        if text.service_id:
            form += f"&MessagingServiceSid={text.service_id}"
        answer = self.messages.post(form)
        status = answer.status
        check(status, answer.retry_after)
        is_taken = status in SUCCESS
        try:
            content = json.loads(answer.body)
            if is_taken:
                return str(content["sid"])
            code = str(content.get("code") or status)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if is_taken:
                raise CarrierUnreachable("the carrier took it, and its answer has no id") from error
            code = str(status)
        if code == BUSY:
            raise CarrierBusy
        raise CarrierRefused(code)

    def find(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierText]:
        """Texts between two numbers. The carrier's own date filter goes by when they were sent, which waiting ones were not."""
        found: list[CarrierText] = []
        with house_errors():
            for one in self.client.messages.stream(to=to, from_=sender, limit=LONGEST_LOOK, page_size=50):
                text = _text(one)
                if text.created_at < since.replace(microsecond=0):
                    break
                found.append(text)
        return found

    def lookup_number(self, address: str) -> LineFacts:
        """What kind of line it is."""
        with house_errors():
            facts = self.client.lookups.v2.phone_numbers(address).fetch(fields="line_type_intelligence")
        line = facts.line_type_intelligence or {}
        return LineFacts(bool(facts.valid), LINE_KINDS.get(line.get("type") or ""), line.get("carrier_name"))

    def list_numbers(self) -> Sequence[OwnedNumber]:
        """The account's numbers."""
        with house_errors():
            numbers = self.client.incoming_phone_numbers.list(limit=2000, page_size=200)
        return [
            OwnedNumber(
                one.sid,
                one.phone_number,
                one.friendly_name or one.phone_number,
                _can(one.capabilities, "sms"),
                one.sms_url or "",
                _can(one.capabilities, "voice"),
                one.voice_url or "",
                one.status_callback or "",
            )
            for one in numbers
        ]

    def fetch_media(self, url: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Stream the file of an inbound text."""
        return media.fetch(url, into, origins=self.media_origins, auth=self.client.auth, most_bytes=most_bytes)


@lru_cache(maxsize=256)
def _encoded(words: str) -> str:
    """An announcement says the same to thousands."""
    return quote_plus(words)


class house_errors:  # noqa: N801  # used like a function
    """Turn what the library raises into the gateway's exceptions."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TwilioRestException):
            raise CarrierRefused(str(error.code or error.status)) from error
        if isinstance(error, TwilioException | ValueError | KeyError | TypeError):
            raise CarrierUnreachable("the carrier's answer makes no sense") from error


def _text(one: Any) -> CarrierText:
    return CarrierText(
        provider_id=one.sid,
        to=one.to,
        sender=one.from_,
        body=one.body or "",
        status=STATUSES.get(str(one.status), CarrierStatus.QUEUED),
        error_code=str(one.error_code) if one.error_code else None,
        created_at=one.date_created.astimezone(UTC),
        media=int(one.num_media or 0),
    )


def _can(capabilities: Any, what: str) -> bool:
    given = capabilities if isinstance(capabilities, dict) else vars(capabilities or object)
    return any(bool(value) for name, value in given.items() if str(name).lower() == what)


def build(*, account_sid: str, auth_token: str, base: str | None, callback_url: str, connections: int) -> TwilioCarrier:
    """The adapter for an account; with `base` it talks to the simulator there."""
    http_client = PooledHttpClient(base, connections)
    client = Client(account_sid, auth_token, http_client=http_client)
    return TwilioCarrier(
        client=client,
        messages=http_client.poster(
            f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Messages.json", client.get_headers("POST", None), client.auth
        ),
        callback_url=callback_url,
        media_origins=media.Origins.of_twilio() if base is None else media.Origins.of_simulator(base, callback_url),
    )
