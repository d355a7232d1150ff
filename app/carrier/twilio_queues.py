"""Twilio's queues, through its own client library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from twilio.rest import Client

from app.carrier.queues import CarrierQueue, Waiting
from app.carrier.twilio import house_errors

MOST_QUEUES, MOST_WAITING = 200, 100


@dataclass(frozen=True)
class TwilioQueues:
    """One account."""

    client: Client

    def find(self, name: str) -> CarrierQueue | None:
        """By name; the carrier has no filter for it."""
        with house_errors():
            for one in self.client.queues.stream(limit=MOST_QUEUES, page_size=100):
                if one.friendly_name == name:
                    return CarrierQueue(str(one.sid), name, int(one.current_size or 0), int(one.average_wait_time or 0))
        return None

    def waiting(self, queue_id: str) -> Sequence[Waiting]:
        """Who waits."""
        with house_errors():
            return [
                Waiting(str(one.call_sid), int(one.position or 0), int(one.wait_time or 0), one.date_enqueued.astimezone(UTC))
                for one in self.client.queues(queue_id).members.list(limit=MOST_WAITING)
                if one.date_enqueued
            ]

    def take(self, queue_id: str, call_id: str, script_url: str) -> None:
        """Out of the line."""
        with house_errors():
            self.client.queues(queue_id).members(call_id).update(url=script_url, method="POST")
