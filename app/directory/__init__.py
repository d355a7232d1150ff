"""Districts, schools, families, contact points, consent, numbers, and the roster import."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Tie this room to the application."""
