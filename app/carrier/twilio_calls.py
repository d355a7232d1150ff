"""Twilio's calls, through its own client library. The simulator speaks the same language at another address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twilio.rest import Client

from app.carrier.calls import STATUSES, CallStatus, CarrierCall, OutboundCall
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.carrier.twilio import house_errors
from app.carrier.voice_addresses import VoiceAddresses

EVENTS = ["initiated", "ringing", "answered", "completed"]
RECORDING_EVENTS = ["in-progress", "completed", "absent"]
TOO_MANY_AT_ONCE = frozenset({"10004", "20429"})
"""The account's limit of calls at once, or of requests a second."""
LONGEST_LOOK = 50
"""How many calls between two numbers are looked through for a lost one, newest first."""


@dataclass(frozen=True)
class TwilioVoice:
    """One account."""

    client: Client
    addresses: VoiceAddresses

    def __post_init__(self) -> None:
        """Have the library load what it needs for calls now, and not while the first one is to ring."""
        _ = self.client.calls

    def place(self, call: OutboundCall) -> str:
        """Have the phone ring."""
        try:
            with house_errors():
                placed = self.client.calls.create(
                    to=call.to, from_=call.sender, url=call.script_url, method="POST", timeout=call.ring_seconds,
                    status_callback=self.addresses.status(call.reference), status_callback_method="POST",
                    status_callback_event=EVENTS, **self._wishes(call),
                )  # fmt: skip
        except CarrierRefused as refusal:
            if refusal.code in TOO_MANY_AT_ONCE:
                raise CarrierBusy from refusal
            raise
        if not placed.sid:
            raise CarrierUnreachable("the carrier took it, and its answer has no id")
        return str(placed.sid)

    def _wishes(self, call: OutboundCall) -> dict[str, Any]:
        wishes: dict[str, Any] = {}
        if call.detects_beside:
            told = {"async_amd_status_callback": self.addresses.detection(call.reference), "async_amd_status_callback_method": "POST"}
            wishes |= {"machine_detection": "DetectMessageEnd", "async_amd": "true"} | told
        elif call.detects_machines:
            wishes["machine_detection"] = "DetectMessageEnd"
        if call.longest_seconds:
            wishes["time_limit"] = call.longest_seconds
        if call.keys:
            wishes["send_digits"] = call.keys
        if call.records:
            told = {"recording_status_callback": self.addresses.recording(call.reference), "recording_status_callback_method": "POST"}
            wishes |= {"record": True, "recording_status_callback_event": RECORDING_EVENTS} | told
        return wishes

    def look_up(self, provider_id: str) -> CarrierCall:
        """How far a call is."""
        with house_errors():
            return _call(self.client.calls(provider_id).fetch())

    def find_calls(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierCall]:
        """Calls between two numbers. The carrier's own date filter goes by when they began, which waiting ones did not."""
        found: list[CarrierCall] = []
        with house_errors():
            for one in self.client.calls.stream(to=to, from_=sender, limit=LONGEST_LOOK, page_size=50):
                if str(one.direction).startswith("inbound"):
                    continue
                call = _call(one)
                if call.created_at < since.replace(microsecond=0):
                    break
                found.append(call)
        return found

    def parts_of(self, parent_id: str) -> Sequence[CarrierCall]:
        """What a script dialled."""
        with house_errors():
            return [_call(one) for one in self.client.calls.stream(parent_call_sid=parent_id, limit=LONGEST_LOOK, page_size=50)]

    def redirect(self, provider_id: str, script_url: str) -> None:
        """Follow another script."""
        with house_errors():
            self.client.calls(provider_id).update(url=script_url, method="POST")

    def end(self, provider_id: str) -> None:
        """Hang up."""
        with house_errors():
            self.client.calls(provider_id).update(status="completed")


def _call(one: Any) -> CarrierCall:
    return CarrierCall(
        provider_id=one.sid,
        to=one.to,
        sender=one._from,  # noqa: SLF001  # the library's own name for it
        status=STATUSES.get(str(one.status), CallStatus.QUEUED),
        answered_by=one.answered_by or None,
        created_at=one.date_created.astimezone(UTC),
        seconds=int(one.duration) if one.duration else None,
        parent_id=one.parent_call_sid or None,
        is_inbound=str(one.direction).startswith("inbound"),
    )
