"""What the pretend phone network needs to know to start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core import practice_keys


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """How one pretend network is set up. The defaults are those of the demo."""

    account_sid: str = "AC" + "0" * 32
    auth_token: str = "simulated-auth-token"  # noqa: S105  # it opens nothing but a toy
    database: Path | None = None
    """The network's own SQLite file; None keeps everything in memory, for tests."""
    public_url: str = "http://127.0.0.1:8001"
    """Where the webhook receiver reaches this network, its mount path included: picture addresses start with it."""
    inbound_url: str = ""
    """The webhook for texts from handsets, where neither the number nor its service names one."""
    voice_url: str = ""
    """The school's script for calls from handsets, where the number names none."""
    fax_url: str = ""
    """The webhook for news of faxes."""
    fax_carrier: str = "telnyx"
    """Whose number a fax from a machine comes to, so who brings it: telnyx or sinch. Both answer the school's requests."""
    telnyx_api_key: str = practice_keys.TELNYX_API_KEY
    telnyx_connection: str = practice_keys.TELNYX_CONNECTION
    sinch_project: str = practice_keys.SINCH_PROJECT
    sinch_key: str = practice_keys.SINCH_KEY
    sinch_secret: str = practice_keys.SINCH_SECRET
    """Who may call the two carriers of faxes."""
    media_seconds: float = 600.0
    """How long the address of a fax's document is good, where the carrier's ends."""
    control_token: str = ""
    """What `/_control` wants as a bearer token; without one it answers callers on this machine only."""
    homeroom_url: str = ""
    """Where the page's way back leads; empty hides it."""
    thread_url: str = ""
    """The school's side of a text, with `{school}` and `{handset}` to fill in; empty hides the link."""
    mail_folder: Path | None = None
    """Where Homeroom keeps the emails that it has no mail server for; None hides the page of mailboxes."""
    webhook_threads: int = 4
    webhook_timeout: float = 10.0
    """Seconds to wait for the school's answer to a webhook."""
    retry_delays: tuple[float, ...] = (0.5, 2.0, 8.0, 30.0, 60.0)
    """Seconds before each further try of a webhook that could not be delivered or was answered with a 5xx."""
    seed: int | None = None
    """Makes the shares of faults (so many in a hundred fail) repeatable."""
    zone: str = "America/Los_Angeles"
    """The time zone of phones whose number does not tell theirs."""


def settings_from(environment: Mapping[str, str] | None = None, *, port: int = 8001) -> SimulatorSettings:
    """The settings of a network that stands alone, from `environment` (the process's own by default)."""
    source = os.environ if environment is None else environment
    data = Path(source.get("HOMEROOM_DATA") or "instance").resolve()
    homeroom = (source.get("PUBLIC_URL") or f"http://127.0.0.1:{source.get('PORT') or 8000}").rstrip("/")
    known = SimulatorSettings()
    return SimulatorSettings(
        account_sid=source.get("TWILIO_ACCOUNT_SID") or known.account_sid,
        auth_token=source.get("TWILIO_AUTH_TOKEN") or known.auth_token,
        database=Path(source.get("SIMULATOR_DATABASE") or data / "simulator.sqlite3"),
        public_url=(source.get("SIMULATOR_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        inbound_url=source.get("SIMULATOR_INBOUND_URL", ""),
        voice_url=source.get("SIMULATOR_VOICE_URL", ""),
        fax_url=source.get("SIMULATOR_FAX_URL", ""),
        fax_carrier=source.get("SIMULATOR_FAX_CARRIER") or known.fax_carrier,
        control_token=source.get("SIMULATOR_CONTROL_TOKEN", ""),
        homeroom_url=homeroom,
        mail_folder=None if source.get("SMTP_URL") else data / "mail" / "families",
        thread_url=source.get("SIMULATOR_THREAD_URL", ""),
    )
