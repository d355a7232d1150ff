"""Twilio, through its own client library. The simulator speaks the same language at another address."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.carrier import media
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
    messages_url: str
    callback_url: str
    media_origins: media.Origins

    def send(self, text: OutboundText) -> str:
        """Hand a text over."""
        fields: dict[str, object] = {
            "To": text.to,
            "From": text.sender,
            "Body": text.body,
            "StatusCallback": f"{self.callback_url}?ref={text.reference}",
        }
        if text.media_urls:
            fields["MediaUrl"] = list(text.media_urls)
        if text.service_id:
            fields["MessagingServiceSid"] = text.service_id
        # The client's own request, without the object that it would make of the answer: half of the time of a hand-over.
        answer = self.client.request("POST", self.messages_url, data=fields, auth=self.client.auth)
        try:
            content = json.loads(answer.text)
            if answer.status_code in SUCCESS:
                return str(content["sid"])
            code = str(content.get("code") or answer.status_code)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if answer.status_code in SUCCESS:
                raise CarrierUnreachable("the carrier took it, and its answer has no id") from error
            code = str(answer.status_code)
        if code == BUSY:
            raise CarrierBusy
        raise CarrierRefused(code)

    def find(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierText]:
        """Texts between two numbers. The carrier's own date filter goes by when they were sent, which waiting ones were not."""
        found: list[CarrierText] = []
        with _house_errors():
            for one in self.client.messages.stream(to=to, from_=sender, limit=LONGEST_LOOK, page_size=50):
                text = _text(one)
                if text.created_at < since.replace(microsecond=0):
                    break
                found.append(text)
        return found

    def fetch_status(self, provider_id: str) -> CarrierText:
        """One text."""
        with _house_errors():
            return _text(self.client.messages(provider_id).fetch())

    def cancel(self, provider_id: str) -> bool:
        """Stop a text that waits at the carrier."""
        try:
            with _house_errors():
                self.client.messages(provider_id).update(status="canceled")
        except CarrierRefused:
            return False
        return True

    def lookup_number(self, address: str) -> LineFacts:
        """What kind of line it is."""
        with _house_errors():
            facts = self.client.lookups.v2.phone_numbers(address).fetch(fields="line_type_intelligence")
        line = facts.line_type_intelligence or {}
        return LineFacts(bool(facts.valid), LINE_KINDS.get(line.get("type") or ""), line.get("carrier_name"))

    def list_numbers(self) -> Sequence[OwnedNumber]:
        """The account's numbers."""
        with _house_errors():
            numbers = self.client.incoming_phone_numbers.list(limit=2000, page_size=200)
        return [
            OwnedNumber(one.sid, one.phone_number, one.friendly_name or one.phone_number, _takes_texts(one.capabilities), one.sms_url or "")
            for one in numbers
        ]

    def fetch_media(self, url: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Stream the file of an inbound text."""
        return media.fetch(url, into, origins=self.media_origins, auth=self.client.auth, most_bytes=most_bytes)


class _house_errors:  # noqa: N801  # used like a function
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


def _takes_texts(capabilities: Any) -> bool:
    given = capabilities if isinstance(capabilities, dict) else vars(capabilities or object)
    return any(bool(value) for name, value in given.items() if str(name).lower() == "sms")


def build(*, account_sid: str, auth_token: str, base: str | None, callback_url: str, connections: int) -> TwilioCarrier:
    """The adapter for an account; with `base` it talks to the simulator there."""
    client = Client(account_sid, auth_token, http_client=PooledHttpClient(base, connections))
    return TwilioCarrier(
        client=client,
        messages_url=f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Messages.json",
        callback_url=callback_url,
        media_origins=media.Origins.of_twilio() if base is None else media.Origins.of_simulator(base, callback_url),
    )
