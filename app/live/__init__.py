"""Live pages: who hears which facts over Socket.IO, and how a browser catches up."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Tie this room to the application."""
