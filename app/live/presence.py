"""Who looks at which conversation. Kept in memory per process, and in Redis when several processes hold sockets."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

import redis

from app.core.bus import Away, connect

FRESH_SECONDS = 45
"""A browser says every 20 s that it still looks; without that it no longer counts."""


@dataclass
class MemoryPresence:
    """For one process."""

    seen: dict[int, dict[tuple[int, str], float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def enter(self, conversation_id: int, staff_id: int, socket: str) -> None:
        """Somebody looks, or still looks."""
        with self.lock:
            self.seen.setdefault(conversation_id, {})[staff_id, socket] = time.time()

    def leave(self, conversation_id: int, staff_id: int, socket: str) -> None:
        """Somebody looks elsewhere."""
        with self.lock:
            looking = self.seen.get(conversation_id, {})
            looking.pop((staff_id, socket), None)
            if not looking:
                self.seen.pop(conversation_id, None)

    def staff_ids(self, conversation_id: int) -> set[int]:
        """Who looks at the moment."""
        limit = time.time() - FRESH_SECONDS
        with self.lock:
            return {staff_id for (staff_id, _), at in self.seen.get(conversation_id, {}).items() if at > limit}


@dataclass
class RedisPresence:
    """For several processes: one sorted set per conversation, its scores the moments. While Redis is away, nobody seems to look."""

    client: "redis.Redis"

    def enter(self, conversation_id: int, staff_id: int, socket: str) -> None:
        """Somebody looks, or still looks."""
        key = f"presence:{conversation_id}"
        with suppress(Away):
            pipe = self.client.pipeline()
            pipe.zadd(key, {f"{staff_id}/{socket}": time.time()})
            pipe.expire(key, FRESH_SECONDS * 2)
            pipe.execute()

    def leave(self, conversation_id: int, staff_id: int, socket: str) -> None:
        """Somebody looks elsewhere."""
        with suppress(Away):
            self.client.zrem(f"presence:{conversation_id}", f"{staff_id}/{socket}")

    def staff_ids(self, conversation_id: int) -> set[int]:
        """Who looks at the moment."""
        members: Iterable[object] = ()
        with suppress(Away):
            members = self.client.zrangebyscore(f"presence:{conversation_id}", time.time() - FRESH_SECONDS, "+inf")
        return {int(str(member).split("/", 1)[0]) for member in members}


Presence = MemoryPresence | RedisPresence


def build(redis_url: str | None) -> Presence:
    """The kind that fits the installation."""
    if redis_url is None:
        return MemoryPresence()
    return RedisPresence(connect(redis_url, decode_responses=True))
