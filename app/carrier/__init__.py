"""The gateway to the phone network: one interface, its adapters, and the webhooks they send."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Tie this room to the application."""
