"""Telnyx's faxes: Programmable Fax API, version 2 (https://developers.telnyx.com/docs/programmable-fax).

A fax brings our reference back as its `client_state`. What arrived lies at an address that is signed for ten minutes and can be
made anew; what the carrier took and what it brought is listed by number and time.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from app.carrier import fax_values, media
from app.carrier.fax_codes import FaxCode
from app.carrier.fax_http import Answer, FaxApi
from app.carrier.fax_lists import readable
from app.carrier.faxes import CarrierFax, CarrierFaxStatus, OutboundFax
from app.carrier.forms import BadWebhook
from app.carrier.gateway import CarrierRefused, CarrierUnreachable, MediaRefused

BASE = "https://api.telnyx.com/v2"
PAGE_SIZE, MOST_PAGES = 50, 20
"""Of lists; a look goes through a thousand faxes at most."""
LONGEST_NAME = 128
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 \-_~!.+]")

STATUSES = {
    "queued": CarrierFaxStatus.QUEUED,
    "media.processing": CarrierFaxStatus.QUEUED,
    "media.processed": CarrierFaxStatus.QUEUED,
    "originated": CarrierFaxStatus.SENDING,
    "initiated": CarrierFaxStatus.SENDING,
    "receiving": CarrierFaxStatus.SENDING,
    "sending": CarrierFaxStatus.SENDING,
    "sending.started": CarrierFaxStatus.SENDING,
    "delivered": CarrierFaxStatus.DELIVERED,
    "failed": CarrierFaxStatus.FAILED,
    "received": CarrierFaxStatus.RECEIVED,
}
"""The carrier's words; those of a fax that is still coming in say only that it is not there yet."""

REASONS = {
    "user_busy": FaxCode.BUSY,
    "receiver_no_answer": FaxCode.NO_ANSWER,
    "receiver_no_response": FaxCode.NO_ANSWER,
    "receiver_recovery_on_timer_expire": FaxCode.NO_ANSWER,
    "fax_initial_communication_timeout": FaxCode.NOT_A_FAX,
    "receiver_incompatible_destination": FaxCode.NOT_A_FAX,
    "receiver_call_dropped": FaxCode.INTERRUPTED,
    "fax_signaling_error": FaxCode.INTERRUPTED,
    "invalid_ecm_response_from_receiver": FaxCode.INTERRUPTED,
    "carrier_lost": FaxCode.INTERRUPTED,
    "receiver_unallocated_number": FaxCode.BAD_NUMBER,
    "receiver_invalid_number_format": FaxCode.BAD_NUMBER,
    "destination_invalid": FaxCode.BAD_NUMBER,
    "file_download_failed": FaxCode.BAD_DOCUMENT,
    "file_format_invalid": FaxCode.BAD_DOCUMENT,
    "file_size_limit_exceeded": FaxCode.BAD_DOCUMENT,
    "page_count_limit_exceeded": FaxCode.BAD_DOCUMENT,
    "media_processing_exception": FaxCode.BAD_DOCUMENT,
    "account_disabled": FaxCode.REFUSED,
    "destination_not_in_countries_whitelist": FaxCode.REFUSED,
    "destination_not_in_service_plan": FaxCode.REFUSED,
    "no_outbound_profile": FaxCode.REFUSED,
    "outbound_profile_daily_spend_limit_exceeded": FaxCode.REFUSED,
    "unverified_destination_not_allowed": FaxCode.REFUSED,
    "unverified_origination_number": FaxCode.REFUSED,
    "sender_canceled": FaxCode.CANCELLED,
    "user_canceled": FaxCode.CANCELLED,
}
"""Why a fax failed. What is not here (a line of ours that is full, a fault of the network) is worth another try."""
TO, DOCUMENT = "/to", "/media_url"
"""Which field of a request was refused, in the carrier's way to say it."""


@dataclass(frozen=True)
class TelnyxFaxes:
    """One fax application of an account. `callback_url` hears of every fax."""

    api: FaxApi
    application: str
    callback_url: str
    origins: media.Origins

    def send(self, fax: OutboundFax) -> str:
        """Hand it over."""
        wish: dict[str, Any] = {
            "connection_id": self.application, "to": fax.to, "from": fax.sender, "media_url": fax.document_url,
            "quality": "high" if fax.is_fine else "normal", "monochrome": True, "store_media": False,
            "client_state": b64encode(fax.reference.encode()).decode(), "webhook_url": self.callback_url,
        }  # fmt: skip
        name = _NOT_IN_A_NAME.sub(" ", fax.station).strip()[:LONGEST_NAME]
        if name:
            wish["from_display_name"] = name
        taken = self.api.post("/faxes", wish).get("data")
        provider_id = taken.get("id") if isinstance(taken, dict) else None
        if not isinstance(provider_id, str) or not provider_id:
            raise CarrierUnreachable("the carrier took it, and its answer has no id")
        return provider_id

    def look_up(self, provider_id: str) -> CarrierFax:
        """How far it is."""
        return _sensible(self.api.get(f"/faxes/{provider_id}").get("data"))

    def find_sent(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierFax]:
        """Faxes between two numbers."""
        found = self._list({"filter[direction][eq]": "outbound", "filter[to][eq]": to, "filter[from][eq]": sender}, since)
        return _newest_first(one for one in found if not one.is_inbound)

    def find_received(self, *, since: datetime) -> Sequence[CarrierFax]:
        """Faxes that came."""
        found = self._list({"filter[direction][eq]": "inbound"}, since)
        return _newest_first(one for one in found if one.is_inbound and one.status == CarrierFaxStatus.RECEIVED)

    def fetch(self, provider_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Write the document; where its address has expired, have it made anew once."""
        try:
            return self._download(provider_id, into, most_bytes)
        except MediaRefused as refusal:
            if refusal.is_too_big:
                raise
        self.api.post(f"/faxes/{provider_id}/actions/refresh")
        into.seek(0)
        into.truncate()
        return self._download(provider_id, into, most_bytes)

    def cancel(self, provider_id: str) -> None:
        """Call it off."""
        self.api.post(f"/faxes/{provider_id}/actions/cancel")

    def forget(self, provider_id: str) -> None:
        """Delete the carrier's copy."""
        self.api.delete(f"/faxes/{provider_id}")

    def _download(self, provider_id: str, into: BinaryIO, most_bytes: int) -> str:
        fax = self.api.get(f"/faxes/{provider_id}").get("data")
        url = fax.get("media_url") if isinstance(fax, dict) else None
        if not isinstance(url, str) or not url:
            raise CarrierUnreachable("the document is not there yet")
        return media.fetch(url, into, origins=self.origins, auth=None, most_bytes=most_bytes)

    def _list(self, query: dict[str, str], since: datetime) -> Iterator[CarrierFax]:
        query = query | {"filter[created_at][gte]": since.isoformat().replace("+00:00", "Z"), "page[size]": str(PAGE_SIZE)}
        under_way = {"status": "queued", "created_at": since.isoformat()}
        for page in range(1, MOST_PAGES + 1):
            answer = self.api.get("/faxes", query | {"page[number]": str(page)})
            rows = answer.get("data")
            if not isinstance(rows, list):
                raise CarrierUnreachable("the carrier's list makes no sense")
            yield from (fax for fax in readable(rows, read, as_under_way=under_way) if fax.created_at >= since.replace(microsecond=0))
            if len(rows) < PAGE_SIZE:
                return


def read(given: Any, *, at: datetime | None = None) -> CarrierFax:
    """A fax in the carrier's words: of its lists, or the payload of news that occurred `at`. Raises BadWebhook."""
    fax = fax_values.dictionary(given, "payload")
    is_inbound = fax.get("direction") == "inbound"
    status = STATUSES.get(str(fax.get("status")))
    if status is None or str(fax.get("direction")) not in {"inbound", "outbound"}:
        raise BadWebhook("status")
    raw_code = fax_values.word(fax.get("failure_reason")) if status == CarrierFaxStatus.FAILED else None
    code = REASONS.get(raw_code or "", FaxCode.FAILED) if status == CarrierFaxStatus.FAILED else None
    if code == FaxCode.CANCELLED and not is_inbound:
        status = CarrierFaxStatus.CANCELLED
    return CarrierFax(
        provider_id=fax_values.fax_id(fax.get("fax_id") or fax.get("id")), is_inbound=is_inbound, to=fax_values.number(fax.get("to")),
        sender=fax_values.number(fax.get("from")), status=status, created_at=at or fax_values.moment(fax.get("created_at")),
        pages=_pages(fax, status, code), seconds=fax_values.count(fax.get("call_duration_secs")), code=code, raw_code=raw_code,
        reference=None if is_inbound else _reference(fax.get("client_state")),
        station=fax_values.station(fax.get("from_display_name")) if is_inbound else "",
    )  # fmt: skip


def refusal(status: int, answer: Answer) -> CarrierRefused:
    """Why a request was refused: the carrier's own code, and what that means for a fax."""
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = fax_values.word(first.get("code")) or str(status)
    source = first.get("source")
    field = source.get("pointer") if isinstance(source, dict) else None
    if status == 404:  # noqa: PLR2004  # the gateway's word for what is gone
        return CarrierRefused(str(status), code)
    return CarrierRefused(code, reason={TO: FaxCode.BAD_NUMBER, DOCUMENT: FaxCode.BAD_DOCUMENT}.get(str(field), FaxCode.REFUSED))


def build(*, api_key: str, application: str, callback_url: str, base: str | None = None) -> TelnyxFaxes:
    """The adapter for an account; with `base` it talks to the simulator there."""
    api = FaxApi(base or BASE, {"Authorization": f"Bearer {api_key}"}, refusal)
    origins = media.Origins.of_telnyx() if base is None else media.Origins.of_simulator(base, callback_url)
    return TelnyxFaxes(api, application, callback_url, origins)


def _sensible(given: Any) -> CarrierFax:
    try:
        return read(given)
    except BadWebhook as error:
        raise CarrierUnreachable("the carrier's answer makes no sense") from error


def _newest_first(found: Iterator[CarrierFax]) -> list[CarrierFax]:
    return sorted(found, key=lambda fax: fax.created_at, reverse=True)


def _pages(fax: dict[str, Any], status: CarrierFaxStatus, code: FaxCode | None) -> int | None:
    """Of one that failed only what an interruption left: otherwise it is the length of the document."""
    if status in {CarrierFaxStatus.FAILED, CarrierFaxStatus.CANCELLED} and code != FaxCode.INTERRUPTED:
        return None
    return fax_values.count(fax.get("page_count"))


def _reference(client_state: Any) -> str | None:
    try:
        return fax_values.reference(b64decode(client_state, validate=True).decode())
    except (TypeError, ValueError):
        return None
