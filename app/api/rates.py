"""How often one system may ask, by whichever of its keys, and the headers that tell it."""

import time

import structlog
from flask import current_app
from limits import RateLimitItemPerMinute

from app.api.refusals import Refused, Why
from app.config import Settings
from app.extensions import limiter

log = structlog.get_logger()

WRONG_KEYS_A_MINUTE = 30
"""From one address; a program that was given a wrong key asks a few times, somebody who guesses asks often."""
_NAMESPACE = "api"


def count(bearer_id: int) -> dict[str, str]:
    """Count a request by any key of this bearer, which could make more. Returns the headers of its answer. Raises Refused (TOO_MANY)."""
    settings: Settings = current_app.extensions["settings"]
    return _hit(settings.api_requests_per_minute, "bearer", str(bearer_id), "This system asks too often.")


def count_wrong_key(address: str) -> None:
    """Count a request without a valid key. Raises Refused (TOO_MANY) instead of letting anybody guess on."""
    _hit(WRONG_KEYS_A_MINUTE, "address", address, "Too many requests without a valid key came from this address.")


def _hit(most: int, kind: str, who: str, sentence: str) -> dict[str, str]:
    if not limiter.enabled:
        return {}
    item = RateLimitItemPerMinute(most)
    try:
        is_allowed = limiter.limiter.hit(item, _NAMESPACE, kind, who)
        window = limiter.limiter.get_window_stats(item, _NAMESPACE, kind, who)
    except Exception:  # each storage has its own; who counts being away must not close the door
        log.warning("api.rate_not_counted", exc_info=True)
        return {}
    seconds = max(1, round(window.reset_time - time.time()))
    headers = {
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(window.remaining),
        "X-RateLimit-Reset": str(round(window.reset_time)),
    }
    if not is_allowed:
        advice = f"{sentence} Wait {seconds} seconds."
        raise Refused(Why.TOO_MANY, advice, headers={**headers, "Retry-After": str(seconds)})
    return headers
