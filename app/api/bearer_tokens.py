"""The key that stands in `Authorization: Bearer …`."""

from flask import Request

from app.accounts.callers import Caller, caller_of
from app.api.refusals import Refused, Why

_SCHEME = "bearer "


def caller_by_token(request: Request) -> Caller:
    """Who shows a valid key. Raises Refused (NO_KEY), in the same words whatever is wrong with it."""
    given = request.headers.get("Authorization", "")
    caller = caller_of(given[len(_SCHEME) :].strip()) if given[: len(_SCHEME)].lower() == _SCHEME else None
    if caller is None:
        sentence = "No valid API key. Send it as Authorization: Bearer …; an admin makes one under Settings, API and webhooks."
        raise Refused(Why.NO_KEY, sentence, code="missing_token" if not given else "unknown_token")
    return caller
