"""How two browsers find each other when they are not in one network: helpers on the net, if the house names any.

Without them they try each other's own addresses. STUN tells a browser how the net sees it; TURN carries what cannot go directly, and
takes a name and a word that end by themselves ("A REST API For Access To TURN Services": the word is the HMAC of the name).
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from app.config import Settings


def ice_servers(settings: Settings, who: str, until: datetime) -> list[dict[str, Any]]:
    """As `RTCPeerConnection` takes them. `who` names the browser to the TURN server, and says nothing of a person."""
    servers: list[dict[str, Any]] = []
    if settings.video_stun:
        servers.append({"urls": list(settings.video_stun)})
    if settings.video_turn:
        name = f"{int(until.timestamp())}:{who}"
        # SHA-1 is what TURN servers compute; it signs a name that ends within hours.
        digest = hmac.new(settings.video_turn_secret.encode(), name.encode(), hashlib.sha1).digest()
        servers.append({"urls": list(settings.video_turn), "username": name, "credential": base64.b64encode(digest).decode()})
    return servers
