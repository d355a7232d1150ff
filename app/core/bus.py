"""Redis, which joins several processes: reached with time limits, so that its absence costs moments and never a request."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
Away = redis.RedisError
"""What every call may raise; whoever catches it does without."""


def limits() -> dict[str, Any]:
    """How every client of the house connects. The one retry is for a connection that went stale while nobody used it."""
    return {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS, "retry": Retry(NoBackoff(), 1)}


def connect(url: str, **more: Any) -> "redis.Redis":
    """A client; it connects when it is first used."""
    client: redis.Redis = redis.Redis.from_url(url, **(limits() | more))
    return client
