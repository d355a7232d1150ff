"""Prints what happens in the conversations of a company, as it happens: RingPlan's live feed, by python-socketio.

    pip install "python-socketio[client]"
    KEY=hr_live_... python listen.py [EMAIL OF THE ACTING USER]

HOMEROOM is the address of the house. Ends after COUNT messages, if that is set. Nothing is changed in the house; with MARK_READ=1 what
families write is marked as read, for the acting user and whoever looks at her list. Ends with status 1 where it is not let in.
"""

import os
import sys
from typing import Any

import socketio

HOMEROOM = os.environ.get("HOMEROOM", "http://127.0.0.1:8000")
KEY = os.environ["KEY"]
COUNT = int(os.environ.get("COUNT", "0"))
MARK_READ = os.environ.get("MARK_READ") == "1"

client = socketio.Client(reconnection_delay=1.5)
came = 0
is_refused = False


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
    global is_refused  # noqa: PLW0603  # the same
    is_refused = True
    print("not let in:", (why or {}).get("detail", ""), flush=True)
    client.disconnect()


@client.on("texting.message.new")
def message(new: dict[str, Any]) -> None:
    """In either direction."""
    global came  # noqa: PLW0603  # a small program counts what it printed
    print(new["direction"], new["frm"], "->", new["to"], new["text"], flush=True)
    if MARK_READ and new["direction"] == "inbound" and not new["is_read"]:
        client.emit("texting.message.markAsRead", {"conversation_id": new["conversation_id"], "messagesIds": [new["id"]]})
    came += 1
    if came == COUNT:
        client.disconnect()


client.connect(HOMEROOM, socketio_path="/ws", transports=["websocket"])
client.wait()
sys.exit(1 if is_refused else 0)
