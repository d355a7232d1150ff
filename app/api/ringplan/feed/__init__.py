"""The live feed at `/ws`: what happens in threads, told as it happens to whoever authenticated there with a key.

It is a Socket.IO server of its own, without cookies, on the hub that serves the browsers' sockets as well. It hears each push that
browsers hear, in every process, and tells it as the contract says, to those whose acting user may see the conversation.
"""

from flask import Flask

from app.api.ringplan.feed.server import Feed
from app.live import mounts

PATH = "ws"


def init_app(app: Flask) -> None:
    """Open it."""
    feed = Feed(app)
    app.extensions["ringplan_feed"] = feed
    mounts.mount(app, feed.server, PATH)
