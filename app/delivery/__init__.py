"""The outbox: claim, pace, hand over, follow up, reconcile."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Tie this room to the application."""
