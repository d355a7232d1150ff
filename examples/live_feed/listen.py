"""Prints what happens in the conversations of a company, as it happens: RingPlan's live feed, by python-socketio.

    pip install "python-socketio[client]"
    KEY=hr_live_... python listen.py [EMAIL OF THE ACTING USER]

HOMEROOM is the address of the house. Ends after COUNT messages, if that is set.
"""

import os
import sys
from typing import Any

import socketio

HOMEROOM = os.environ.get("HOMEROOM", "http://127.0.0.1:8000")
KEY = os.environ["KEY"]
COUNT = int(os.environ.get("COUNT", "0"))

client = socketio.Client(reconnection_delay=1.5)
came = 0


@client.event
def connect() -> None:
    """Also after each break of the line: what was missed meanwhile is read by GET …/messages."""
    who = {"user_email": sys.argv[1]} if len(sys.argv) > 1 else {}
    client.emit("authenticate", {"token": KEY, **who})


@client.on("authenticated")
def authenticated(_nothing: Any = None) -> None:
    """From here on events come."""
    print("listening", flush=True)


@client.on("unauthorized")
def unauthorized(why: Any = None) -> None:
    """The key opens nothing, or something was sent too early."""
    print("not let in:", (why or {}).get("detail", ""), flush=True)
    client.disconnect()


@client.on("texting.message.new")
def message(new: dict[str, Any]) -> None:
    """In either direction."""
    global came  # noqa: PLW0603  # a small program counts what it printed
    print(new["direction"], new["frm"], "->", new["to"], new["text"], flush=True)
    if new["direction"] == "inbound" and not new["is_read"]:
        client.emit("texting.message.markAsRead", {"conversation_id": new["conversation_id"], "messagesIds": [new["id"]]})
    came += 1
    if came == COUNT:
        client.disconnect()


client.connect(HOMEROOM, socketio_path="/ws", transports=["websocket"])
client.wait()
