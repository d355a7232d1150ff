"""Where the pretend network's handsets stand, so that whoever practises finds the phone that rings."""

from flask import current_app

from app.config import Settings


def handset_address(number: str) -> str | None:
    """The page of a phone (its beginning, for an empty number); None where real phones ring."""
    settings: Settings = current_app.extensions["settings"]
    if settings.carrier != "simulator":
        return None
    base = settings.simulator_url.rstrip("/") or "/simulator"
    return f"{base}/phones/{number}" if number else f"{base}/"
