"""The carrier's voice, in the parts that rooms need: calls, conferences, recordings, transcripts, lines and softphones."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from flask import Flask

from app.carrier.calls import VoiceCarrier
from app.carrier.choice import carrier_of, simulator_address
from app.carrier.conferences import ConferenceCarrier
from app.carrier.recordings import RecordingCarrier, TranscriptCarrier
from app.carrier.softphones import SoftphoneCarrier
from app.carrier.voice_addresses import VoiceAddresses
from app.config import Settings

if TYPE_CHECKING:
    from app.carrier.twilio import TwilioCarrier

WEBHOOKS = "/webhooks/twilio/voice"
OUTGOING = f"{WEBHOOKS}/outgoing"
"""What a call from a browser is to do; with a real carrier it stands in the TwiML application."""
INCOMING = f"{WEBHOOKS}/incoming"
"""What a call to one of our numbers is to do."""

_building = threading.Lock()
Part = TypeVar("Part")


def addresses_of(app: Flask) -> VoiceAddresses:
    """Where the carrier tells us, for scripts."""
    return VoiceAddresses(public_address_of(app, WEBHOOKS))


def public_address_of(app: Flask, path: str) -> str:
    """A path of ours, as the carrier reaches it."""
    settings: Settings = app.extensions["settings"]
    return settings.public_url.rstrip("/") + path


def calls_of(app: Flask) -> VoiceCarrier:
    """Calls."""
    from app.carrier import twilio_calls  # noqa: PLC0415  # see choice.carrier_of

    return _part(app, "voice_carrier", lambda: twilio_calls.TwilioVoice(_account(app).client, addresses_of(app)))


def conferences_of(app: Flask) -> ConferenceCarrier:
    """Conferences."""
    from app.carrier import twilio_conferences  # noqa: PLC0415

    return _part(app, "conference_carrier", lambda: twilio_conferences.TwilioConferences(_account(app).client, addresses_of(app)))


def recordings_of(app: Flask) -> RecordingCarrier:
    """Recordings."""
    from app.carrier import twilio_recordings  # noqa: PLC0415

    def build() -> RecordingCarrier:
        settings: Settings = app.extensions["settings"]
        base = simulator_address(settings) if settings.carrier == "simulator" else None
        return twilio_recordings.TwilioRecordings(_account(app).client, addresses_of(app), _account(app).media_origins, base)

    return _part(app, "recording_carrier", build)


def transcripts_of(app: Flask) -> TranscriptCarrier:
    """Text of what is said, while it is said."""
    from app.carrier import twilio_recordings  # noqa: PLC0415

    return _part(app, "transcript_carrier", lambda: twilio_recordings.TwilioTranscripts(_account(app).client, addresses_of(app)))


def softphones_of(app: Flask) -> SoftphoneCarrier:
    """Phones in browsers."""
    from app.carrier import twilio_softphones  # noqa: PLC0415

    settings: Settings = app.extensions["settings"]
    if settings.carrier == "simulator":
        address = settings.simulator_url.rstrip("/") or f"{settings.public_url.rstrip('/')}/simulator"
        return twilio_softphones.SimulatedSoftphones(
            settings.twilio_account_sid, settings.twilio_auth_token, address, public_address_of(app, OUTGOING)
        )
    return twilio_softphones.TwilioSoftphones(
        settings.twilio_account_sid, settings.twilio_api_key_sid, settings.twilio_api_key_secret, settings.twilio_voice_application
    )


def _account(app: Flask) -> "TwilioCarrier":
    return cast("TwilioCarrier", carrier_of(app))


def _part(app: Flask, name: str, build: Callable[[], Part]) -> Part:
    """The part kept with `app`, built at first use on the connections and with the key of its texts."""
    carrier_of(app)  # which has a lock of its own
    with _building:
        if name not in app.extensions:
            app.extensions[name] = build()
    return cast("Part", app.extensions[name])
