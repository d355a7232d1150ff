"""What stands on the shelf for developers: the four faces, the live feed, and quick starts."""

import json
from functools import cache
from typing import Any

from app.api.common_services.face import face as common_services
from app.api.contract import FOLDER, Contract
from app.api.courier.face import face as courier
from app.api.groupcall.face import face as groupcall
from app.api.reader.outline import Row, Served, rows
from app.api.ringplan.face import face as ringplan

FACES = {
    "common-services": Served(
        common_services,
        "Common Services",
        "Messages, conference calls, browser calls, video, voicemail and announcements. News comes by webhook.",
    ),
    "ringplan": Served(ringplan, "RingPlan", "Directory, texting, voicemail, fax and meetings of a phone system, with a live feed."),
    "groupcall": Served(groupcall, "Groupcall", "Batches of texts and emails with tokens, opt-in states and usage, for student systems."),
    "courier": Served(
        courier, "Courier", "Channels, messages, receipts, attachments, bulk sends, voice and video, in the style of JSON:API."
    ),
}
LIVE = "ringplan.asyncapi"


@cache
def live_feed() -> dict[str, Any]:
    """The compiled AsyncAPI document."""
    document: dict[str, Any] = json.loads((FOLDER / f"{LIVE}.json").read_text(encoding="utf-8"))
    return document


@cache
def live_messages() -> tuple[tuple[str, str, str, tuple[Row, ...]], ...]:
    """Each message of the feed: its name, who sends it, what it says, and the members of its payload."""
    document = live_feed()
    contract = Contract(LIVE, document)
    directions: dict[str, set[str]] = {}
    for operation in document["operations"].values():
        for each in (*operation.get("messages", ()), *operation.get("reply", {}).get("messages", ())):
            is_reply = each in operation.get("reply", {}).get("messages", ())
            sender = "server" if operation["action"] == "send" or is_reply else "client"
            directions.setdefault(each["$ref"].rpartition("/")[2], set()).add(sender)
    return tuple(
        (each["name"], " and ".join(sorted(directions.get(key, {"server"}))), each["summary"], tuple(rows(contract, each["payload"])))
        for key, each in document["components"]["messages"].items()
    )


OWN = "homeroom.openapi"


@cache
def own_events() -> dict[str, Any]:
    """The OpenAPI document of Homeroom's own webhooks."""
    document: dict[str, Any] = json.loads((FOLDER / f"{OWN}.json").read_text(encoding="utf-8"))
    return document


@cache
def own_kinds() -> tuple[tuple[str, str, tuple[Row, ...]], ...]:
    """Each kind of event: its name, when it is told, and what its data hold."""
    document = own_events()
    contract = Contract(OWN, document)
    found = []
    for name, item in document["webhooks"].items():
        body = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        found.append((name, item["post"]["summary"], tuple(rows(contract, body["properties"]["data"]))))
    return tuple(found)
