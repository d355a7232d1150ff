"""What this house asks of Zoom's Video SDK API: to end a session whose time is up."""

import json
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

import jwt
import urllib3

from app.config import Settings
from app.core.clock import now

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
LIFE = timedelta(minutes=5)
GONE = frozenset({400, 404})
"""There is no such session, or it has ended: what was wanted is true."""
REDIRECTS, TOO_MANY = 300, 429


class ZoomAway(Exception):
    """Nobody knows whether it was done: it is asked again."""


class ZoomSilent(ZoomAway):
    """It did not answer at all, or wants to be left alone for a while."""


def end_session(settings: Settings, session_id: str) -> None:
    """PUT /videosdk/sessions/{sessionId}/status. Raises ZoomAway, ZoomSilent."""
    base = urlsplit(settings.zoom_api_url)
    moment = now()
    # The token of the API, which is another one than that of the SDK.
    claims = {"iss": settings.zoom_api_key, "iat": int(moment.timestamp()), "exp": int((moment + LIFE).timestamp())}
    token = jwt.encode(claims, settings.zoom_api_secret, "HS256")
    # An id of theirs may hold a slash; they ask for such a one to be quoted twice.
    name = quote(quote(session_id, safe=""), safe="") if "/" in session_id else quote(session_id, safe="")
    try:
        answer = _pool(f"{base.scheme}://{base.netloc}").request(
            "PUT",
            f"{base.path.rstrip('/')}/videosdk/sessions/{name}/status",
            body=json.dumps({"action": "end"}),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
            redirect=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise ZoomSilent from error
    if answer.status == TOO_MANY:
        raise ZoomSilent
    if answer.status >= REDIRECTS and answer.status not in GONE:
        raise ZoomAway


@lru_cache(maxsize=4)
def _pool(origin: str) -> urllib3.HTTPConnectionPool:
    return urllib3.connectionpool.connection_from_url(origin)
