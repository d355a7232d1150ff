"""Joins the web processes: what one of them pushes, the browsers of all of them hear, and a gap never goes unnoticed.

Over Redis, whose messages are lost for whoever does not listen at that moment. So a process that (re)joins the channel, or that is
told of pushes that could not be announced, asks its browsers to catch up from the log.
"""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import PubSubManager

from app.core import bus
from app.live import taps

log = structlog.get_logger()

CHANNEL = "homeroom:live"
SILENCE = 1.0
"""Seconds without a further try once Redis could not be told: a request that pushes much must not wait for each."""
HEARTBEAT = 5
"""Seconds between two signs of life while nothing is said; a connection that died quietly is noticed by then."""
PAUSE = 0.5
HANG_UP, CATCH_UP = "hang_up", "catch_up"
MISSED = {"id": 0, "name": "missed", "audience": "", "payload": {}}


class Bus(PubSubManager):
    """Flask-SocketIO's client manager for several processes."""

    name = "homeroom"

    def __init__(self, url: str) -> None:
        """Nothing is connected yet."""
        super().__init__(channel=CHANNEL)
        self._mouth = bus.connect(url)
        # It must not reconnect by itself: we would not learn of the gap.
        self._ear = bus.connect(url, health_check_interval=HEARTBEAT, retry=Retry(NoBackoff(), 0))
        self.is_listening = threading.Event()
        """From then on this process hears what others push."""
        self._silent_until = 0.0
        self._owes_news = False

    def hang_up(self, audience: str, namespace: str = "/") -> None:
        """Disconnect everybody in `audience`, whichever process holds them."""
        hang_up_here(self.server, audience, namespace)
        self._publish({"method": HANG_UP, "room": audience, "namespace": namespace, "host_id": self.host_id})

    def _publish(self, data: dict[str, Any]) -> None:
        if time.monotonic() < self._silent_until:
            self._owes_news = True
            return
        try:
            if self._owes_news:
                self._mouth.publish(CHANNEL, json.dumps({"method": CATCH_UP, "host_id": self.host_id}))
                self._owes_news = False
            self._mouth.publish(CHANNEL, json.dumps(data))
        except bus.Away as error:
            self._owes_news = True
            self._silent_until = time.monotonic() + SILENCE
            log.warning("live.not_announced", problem=type(error).__name__)

    def _listen(self) -> Iterator[dict[str, Any]]:
        is_away = False
        while True:
            try:
                with self._ear.pubsub() as ear:  # type: ignore[no-untyped-call]  # the library's own gap
                    ear.subscribe(CHANNEL)
                    while True:
                        message = ear.get_message(timeout=HEARTBEAT)
                        if message is not None:
                            is_away = False
                            yield from self._understood(message)
            except (bus.Away, OSError) as error:
                if not is_away:
                    log.warning("live.bus_lost", problem=type(error).__name__)
                is_away = True
                time.sleep(PAUSE)

    def _understood(self, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What the library shall handle; the rest is ours."""
        if message["type"] == "subscribe":  # from now on we hear everything; what was before, browsers ask for
            self._catch_up_here()
            self.is_listening.set()
            return
        try:
            data = json.loads(message["data"])
        except (TypeError, ValueError):
            return
        if not isinstance(data, dict) or data.get("host_id") == self.host_id:
            return
        if data.get("method") == CATCH_UP:
            self._catch_up_here()
        elif data.get("method") == HANG_UP:
            hang_up_here(self.server, str(data.get("room")), str(data.get("namespace", "/")))
        else:
            _tell_taps(data)
            yield data

    def _catch_up_here(self) -> None:
        taps.tell(taps.MISSED, {})
        super().emit("event", MISSED, namespace="/", ignore_queue=True)


def _tell_taps(data: dict[str, Any]) -> None:
    """What another process pushed, for who listens beside the browsers."""
    said = data.get("data")
    if data.get("event") == "event" and isinstance(said, list) and said and isinstance(said[0], dict):
        taps.tell(str(said[0].get("name")), said[0].get("payload") or {})


def hang_up_here(server: Any, audience: str, namespace: str = "/") -> None:
    """Disconnect those of `audience` whose sockets this process holds."""
    if namespace not in server.manager.get_namespaces():
        return  # nobody is connected under that name
    for socket, _engine in list(server.manager.get_participants(namespace, audience)):
        server.disconnect(socket, namespace=namespace, ignore_queue=True)


def build(redis_url: str | None) -> Bus | None:
    """None where one process holds every browser: the library's own manager will do."""
    return Bus(redis_url) if redis_url else None
