"""Where documents lie while something is made of them: what a killed process leaves there is cleared away."""

from pathlib import Path

from flask import current_app

from app.config import Settings
from app.delivery.worker_name import my_name


def desk_of() -> Path:
    """Where documents lie while they are drawn: beside the data, and not in a place that other accounts of the machine read."""
    settings: Settings = current_app.extensions["settings"]
    desk = settings.data / "paperwork"
    desk.mkdir(mode=0o700, parents=True, exist_ok=True)
    return desk


def on_the_desk() -> str:
    """How what this process puts there begins: the next one can tell that nobody needs it any more."""
    return f"{my_name().replace(':', '_')}-"
