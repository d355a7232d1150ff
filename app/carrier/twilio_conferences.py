"""Twilio's conferences, through its own client library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from twilio.rest import Client

from app.carrier.conferences import CarrierConference, CarrierParticipant
from app.carrier.twilio import house_errors
from app.carrier.voice_addresses import VoiceAddresses

MOST_PARTICIPANTS = 250
LONGEST_LOOK = 20


@dataclass(frozen=True)
class TwilioConferences:
    """One account."""

    client: Client
    addresses: VoiceAddresses

    def look_up(self, conference_id: str) -> CarrierConference:
        """How it is."""
        with house_errors():
            return _conference(self.client.conferences(conference_id).fetch())

    def find(self, name: str) -> Sequence[CarrierConference]:
        """By name."""
        with house_errors():
            return [_conference(one) for one in self.client.conferences.list(friendly_name=name, limit=LONGEST_LOOK)]

    def participants(self, conference_id: str) -> Sequence[CarrierParticipant]:
        """Who is in."""
        with house_errors():
            found = self.client.conferences(conference_id).participants.list(limit=MOST_PARTICIPANTS, page_size=MOST_PARTICIPANTS)
            return [
                CarrierParticipant(str(one.call_sid), one.label or "", bool(one.muted), bool(one.hold), str(one.status)) for one in found
            ]

    def mute(self, conference_id: str, call_id: str, *, on: bool) -> None:
        """Mute or unmute."""
        self._change(conference_id, call_id, muted=on)

    def hold(self, conference_id: str, call_id: str, *, on: bool, music_url: str = "") -> None:
        """Hold or bring back."""
        music = {"hold_url": music_url, "hold_method": "POST"} if on and music_url else {}
        self._change(conference_id, call_id, hold=on, **music)

    def remove(self, conference_id: str, call_id: str) -> None:
        """Have somebody leave."""
        with house_errors():
            self.client.conferences(conference_id).participants(call_id).delete()

    def go_on_without(self, conference_id: str, call_id: str) -> None:
        """Not over with them."""
        self._change(conference_id, call_id, end_conference_on_exit=False)

    def announce(self, conference_id: str, script_url: str) -> None:
        """Play to all."""
        with house_errors():
            self.client.conferences(conference_id).update(announce_url=script_url, announce_method="POST")

    def announce_to(self, conference_id: str, call_id: str, script_url: str) -> None:
        """Play to one."""
        self._change(conference_id, call_id, announce_url=script_url, announce_method="POST")

    def end(self, conference_id: str) -> None:
        """End for all."""
        with house_errors():
            self.client.conferences(conference_id).update(status="completed")

    def _change(self, conference_id: str, call_id: str, **values: Any) -> None:
        with house_errors():
            self.client.conferences(conference_id).participants(call_id).update(**values)


def _conference(one: Any) -> CarrierConference:
    return CarrierConference(
        provider_id=str(one.sid),
        name=one.friendly_name or "",
        is_over=str(one.status) == "completed",
        is_running=str(one.status) == "in-progress",
        created_at=one.date_created.astimezone(UTC),
        ended_because=str(one.reason_conference_ended) if one.reason_conference_ended else None,
    )
