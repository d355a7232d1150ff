"""Threads: staff and guardians write to each other."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Tie this room to the application."""
