"""Which carrier this installation talks to."""

import threading
from typing import cast

from flask import Flask, current_app

from app.carrier.gateway import SmsCarrier
from app.config import Settings

EVERY_HOST = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # compared, not bound
_building = threading.Lock()


def current_carrier() -> SmsCarrier:
    """The carrier of this application."""
    return carrier_of(current_app)


def carrier_of(app: Flask) -> SmsCarrier:
    """The carrier of `app`. It is built at first use: its library takes 0.3 s and 30 MB to load."""
    with _building:
        if "carrier" not in app.extensions:
            app.extensions["carrier"] = build(app.extensions["settings"])
    return cast("SmsCarrier", app.extensions["carrier"])


def build(settings: Settings) -> SmsCarrier:
    """The adapter that the settings name."""
    from app.carrier import twilio  # noqa: PLC0415  # see carrier_of

    return twilio.build(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        base=simulator_address(settings) if settings.carrier == "simulator" else None,
        callback_url=f"{settings.public_url.rstrip('/')}/webhooks/twilio/status",
        connections=settings.carrier_connections,
    )


def simulator_address(settings: Settings) -> str:
    """Where the simulated network answers: inside this server, unless the settings say otherwise."""
    if settings.simulator_url:
        return settings.simulator_url.rstrip("/")
    host = "127.0.0.1" if settings.host in EVERY_HOST else settings.host
    return f"http://{host}:{settings.port}/simulator"
