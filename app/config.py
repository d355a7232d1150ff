"""Every setting, typed and read once. A wrong one is refused at start, by its name."""

import os
import secrets
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.core.practice_keys import FAX_PUBLIC_KEY

NO_ACCOUNT = "AC" + "0" * 32
SIMULATED_TOKEN = "simulated-auth-token"  # noqa: S105  # everybody knows it; the simulated network reaches nobody
LEAST_TOKEN = 24
KEY_BYTES = 32


class SettingsRefused(SystemExit):
    """The house does not start with these settings; the message names each wrong one."""


class Settings(BaseModel):
    """What the environment decides. Field names in capitals are the variables, with HOMEROOM_ in front where noted in README."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Path("instance")
    """HOMEROOM_DATA: the folder of the embedded database, uploaded files and the generated secret."""
    database_url: str = ""
    redis_url: str | None = None
    secret_key: str = Field(min_length=16)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    """Where browsers and the carrier reach us; webhook signatures are checked against it."""
    demo: bool = True
    """HOMEROOM_DEMO: fill an empty database with the demo district, and mount the simulated phone network."""
    carrier: Literal["simulator", "twilio"] = "simulator"
    simulator_url: str = ""
    """Where the simulated carrier answers; empty means inside this server, under /simulator."""
    twilio_account_sid: str = NO_ACCOUNT
    twilio_auth_token: str = Field(default=SIMULATED_TOKEN, min_length=8)
    twilio_api_key_sid: str = ""
    twilio_api_key_secret: str = ""
    twilio_voice_application: str = ""
    """With these three, staff can call from their browsers: an API key, and the TwiML application that asks us what such a call does."""
    carrier_connections: int = Field(default=98, ge=1, le=1000)
    """How many hand-overs a worker has in progress at most; 8 of them only for urgent texts. A carrier takes about 100 from all workers."""
    calls_at_once: int = Field(default=50, ge=1, le=5000)
    """How many calls of announcements may be on the line together, over all workers; the carrier's own limit is per account."""
    fax_carrier: Literal["simulator", "telnyx", "sinch", "none"] = "none"
    """Who carries faxes; without a word the simulated network with CARRIER=simulator, and nobody otherwise."""
    telnyx_api_key: str = ""
    telnyx_public_key: str = ""
    """With which the account's webhooks are signed: base64, as its portal shows it."""
    telnyx_fax_application: str = ""
    """The id of the Programmable Fax application that our fax numbers belong to."""
    sinch_project_id: str = ""
    sinch_key_id: str = ""
    sinch_key_secret: str = ""
    sinch_webhook_token: str = ""
    """Stands in the address that Sinch calls, for it signs nothing; what it tells is looked up before it is believed."""
    fax_retry_seconds: float = Field(default=420, ge=1, le=24 * 3600)
    """A fax that met a busy line, or nobody, is tried again after so long; three times altogether."""
    faxes_at_once: int = Field(default=10, ge=1, le=2000)
    """How many faxes may be on the line together, over all workers."""
    freepbx_url: str = ""
    """The FreePBX that extensions are written to, such as https://pbx.example.org; empty keeps them here alone."""
    freepbx_client_id: str = ""
    freepbx_client_secret: str = ""
    """Of a Machine-to-Machine app with the scopes gql:core and gql:framework."""
    freepbx_timeout: float = Field(default=10, gt=0, le=60)
    """Seconds that one of its answers may take."""
    freepbx_district: int | None = Field(default=None, ge=1)
    """The number of the district whose telephone system it is; without it the first one."""
    google_client_id: str = ""
    google_client_secret: str = ""
    """Of an OAuth client of the type web application; with it, staff can let their Google calendars be read."""
    google_url: str = ""
    """One origin that answers instead of all of Google's, for tests."""
    outlook_client_id: str = ""
    outlook_client_secret: str = ""
    """Of an app registration at Microsoft; the same for Outlook calendars."""
    outlook_tenant: str = Field(default="common", pattern=r"^[A-Za-z0-9.-]{1,100}$")
    """Whose accounts may connect: a tenant's id or domain, organizations, or common for all."""
    outlook_url: str = ""
    """One origin that answers instead of Microsoft's, for tests."""
    video: Literal["embedded", "zoom"] = "embedded"
    """Who carries the video calls that other systems begin. Those of our own pages go from browser to browser, whatever is said here."""
    video_stun: tuple[str, ...] = ()
    """stun: addresses, with commas between them; without any, browsers find each other in one network, or by TURN."""
    video_turn: tuple[str, ...] = ()
    """turn: or turns: addresses, with commas between them, of a server that shares VIDEO_TURN_SECRET (coturn: use-auth-secret)."""
    video_turn_secret: str = ""
    zoom_sdk_key: str = ""
    zoom_sdk_secret: str = ""
    """Of a Video SDK app: they sign the tokens with which people join a session."""
    zoom_api_key: str = ""
    zoom_api_secret: str = ""
    """Of the same account's API: with them a session ends there, too, when its time is up."""
    zoom_api_url: str = "https://api.zoom.us/v2"
    zoom_webhook_secret: str = ""
    """The secret token of the app's event subscription, which signs what Zoom tells us."""
    smtp_url: str | None = None
    """smtp://user:password@host:port, or smtps://; without it, mails are kept as files under the data folder."""
    mail_from: str = "Homeroom <homeroom@localhost>"
    mail_bounces_to: str = ""
    """Where mail servers report what they could not deliver; empty means the address of MAIL_FROM."""
    mail_webhook_key: str | None = Field(default=None, min_length=16)
    """Signs what a mail provider tells POST /webhooks/email; without it that door is closed."""
    smtp_connections: int = Field(default=4, ge=1, le=50)
    """Connections to the mail server that a worker keeps at most; families' emails travel on them."""
    smtp_per_second: float = Field(default=10, gt=0, le=10_000)
    """Families' emails a second, from all workers together."""
    smtp_mails_per_connection: int = Field(default=100, ge=1, le=10_000)
    """After so many a connection is begun anew, as many servers ask."""
    translation: Literal["phrases", "libretranslate", "deepl", "none"] = "phrases"
    translation_url: str | None = None
    translation_key: str | None = None
    s3_endpoint: str = ""
    """The address of an S3-compatible store, without the bucket; empty keeps files in the data folder."""
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = ""
    transcribe_command: str = ""
    """A program that prints the WebVTT of a sound file, with {file} and {language} filled in; without it only the carrier writes texts."""
    carrier_keeps_days: float = Field(default=7, gt=0, le=365)
    """The carrier deletes its copy of a recording or a fax after so many days; the house has its own from the first minute."""
    webhook_allowed_origins: str = ""
    """Origins such as http://127.0.0.1:9000, with spaces between them, that webhooks may reach inside a private network."""
    worker: bool = True
    """HOMEROOM_WORKER: run the background worker inside the web process."""
    worker_threads: int = Field(default=4, ge=1, le=64)
    max_sockets: int = Field(default=300, ge=1, le=5000)
    max_upload_bytes: int = Field(default=25 * 1024 * 1024, ge=1024)
    behind_proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies may set X-Forwarded-* headers."""
    rate_limits: bool = True
    """Switched off only where tests would trip over them."""
    api_requests_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    """How often another system may ask, with all of its keys together."""
    session_idle_hours: float = Field(default=12, gt=0, le=24 * 30)
    """A browser that asked for nothing during so many hours has to sign in again."""
    session_days: float = Field(default=30, gt=0, le=365)
    """A browser has to sign in again after so many days, however busy it is."""
    fast_passwords: bool = False
    """For tests only: argon2 with small costs."""
    log_format: Literal["console", "json"] = "console"

    @model_validator(mode="after")
    def check_carrier(self) -> "Settings":
        """Refuse a real carrier without its account. With the token that everybody knows, anybody could sign webhooks."""
        if self.carrier == "twilio":
            missing = {
                "TWILIO_ACCOUNT_SID": self.twilio_account_sid == NO_ACCOUNT,
                "TWILIO_AUTH_TOKEN": self.twilio_auth_token == SIMULATED_TOKEN,
            }
            if any(missing.values()):
                message = " and ".join(name for name, is_missing in missing.items() if is_missing) + " must be set when CARRIER is twilio"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def check_fax(self) -> "Settings":
        """Refuse half an account, and keys that everybody knows where a real carrier is."""
        needed = {
            "telnyx": ("telnyx_api_key", "telnyx_public_key", "telnyx_fax_application"),
            "sinch": ("sinch_project_id", "sinch_key_id", "sinch_key_secret", "sinch_webhook_token"),
        }.get(self.fax_carrier, ())
        missing = [name.upper() for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"{', '.join(missing)} must be set when FAX_CARRIER is {self.fax_carrier}")
        if self.fax_carrier == "telnyx" and not _is_signing_key(self.telnyx_public_key):
            raise ValueError("TELNYX_PUBLIC_KEY must be the account's public key, in base64, as the carrier's portal shows it")
        if self.fax_carrier == "sinch" and len(self.sinch_webhook_token) < LEAST_TOKEN:
            raise ValueError(f"SINCH_WEBHOOK_TOKEN must have {LEAST_TOKEN} characters or more")
        if self.fax_carrier == "simulator" and self.carrier != "simulator":
            raise ValueError("FAX_CARRIER can be simulator only when CARRIER is")
        return self

    @field_validator("video_stun", "video_turn", mode="before")
    @classmethod
    def split_addresses(cls, given: object) -> object:
        """Several addresses in one variable."""
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @model_validator(mode="after")
    def check_video(self) -> "Settings":
        """Refuse half an account, and addresses that browsers would refuse."""
        if self.video == "zoom":
            missing = [name.upper() for name in ("zoom_sdk_key", "zoom_sdk_secret", "zoom_webhook_secret") if not getattr(self, name)]
            if missing:
                raise ValueError(f"{', '.join(missing)} must be set when VIDEO is zoom")
        if bool(self.zoom_api_key) != bool(self.zoom_api_secret):
            raise ValueError("ZOOM_API_KEY and ZOOM_API_SECRET are set together")
        if bool(self.video_turn) != bool(self.video_turn_secret):
            raise ValueError("VIDEO_TURN and VIDEO_TURN_SECRET are set together")
        for name, schemes in (("video_stun", ("stun:", "stuns:")), ("video_turn", ("turn:", "turns:"))):
            if any(not address.startswith(schemes) for address in getattr(self, name)):
                raise ValueError(f"{name.upper()} takes addresses that begin with {schemes[0]} or {schemes[1]}")
        return self

    @model_validator(mode="after")
    def check_demo(self) -> "Settings":
        """A house that reaches real families, or real fax machines, has no accounts whose passwords everybody knows."""
        for name, who in (("CARRIER", self.carrier), ("FAX_CARRIER", self.fax_carrier)):
            if who not in {"simulator", "none"} and self.demo:
                raise ValueError(f"HOMEROOM_DEMO must be 0 when {name} is {who}")
        return self

    @model_validator(mode="after")
    def check_pbx(self) -> "Settings":
        """Refuse a telephone system without its account."""
        if self.freepbx_url and not (self.freepbx_client_id and self.freepbx_client_secret):
            raise ValueError("FREEPBX_CLIENT_ID and FREEPBX_CLIENT_SECRET must be set when FREEPBX_URL is")
        return self

    @model_validator(mode="after")
    def check_calendars(self) -> "Settings":
        """Refuse half a client."""
        for name in ("google", "outlook"):
            if bool(getattr(self, f"{name}_client_id")) != bool(getattr(self, f"{name}_client_secret")):
                raise ValueError(f"{name.upper()}_CLIENT_ID and {name.upper()}_CLIENT_SECRET are set together")
        return self

    @model_validator(mode="after")
    def check_store(self) -> "Settings":
        """Refuse half a store."""
        given = [bool(value) for value in (self.s3_endpoint, self.s3_bucket, self.s3_access_key, self.s3_secret_key)]
        if any(given) and not all(given):
            raise ValueError("S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY are set together")
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https, so that cookies can demand it."""
        return self.public_url.startswith("https://")


VARIABLES: dict[str, str] = {
    "data": "HOMEROOM_DATA",
    "demo": "HOMEROOM_DEMO",
    "worker": "HOMEROOM_WORKER",
    **{name: name.upper() for name in Settings.model_fields if name not in {"data", "demo", "worker"}},
}
"""Which environment variable sets which field."""


def read_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings from `environment` (the process's own by default). Raises SettingsRefused."""
    source = os.environ if environment is None else environment
    values: dict[str, object] = {field: source[variable] for field, variable in VARIABLES.items() if source.get(variable)}
    values.update(overrides)
    data = Path(str(values.get("data", "instance"))).absolute()
    values["data"] = data
    values.setdefault("fax_carrier", "simulator" if values.get("carrier", "simulator") == "simulator" else "none")
    if values.get("carrier", "simulator") != "simulator" or values["fax_carrier"] not in {"simulator", "none"}:
        values.setdefault("demo", False)
    values.setdefault("database_url", f"sqlite:///{data / 'homeroom.sqlite3'}")
    values["database_url"] = _with_driver(str(values["database_url"]))
    values.setdefault("public_url", f"http://127.0.0.1:{values.get('port', 8000)}")
    if "secret_key" not in values:
        values["secret_key"] = _embedded_secret(data)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        lines = [f"  {VARIABLES.get(str(e['loc'][0]), e['loc'][0]) if e['loc'] else 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsRefused("Homeroom cannot start with these settings:\n" + "\n".join(lines)) from error


def _is_signing_key(given: str) -> bool:
    """Whether it is an ed25519 key in base64, and not the one of the simulated network."""
    try:
        return len(b64decode(given, validate=True)) == KEY_BYTES and given != FAX_PUBLIC_KEY
    except ValueError:
        return False


def _with_driver(url: str) -> str:
    """Accept the addresses that database hosts hand out, and name our driver in them."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _embedded_secret(data: Path) -> str:
    """The secret of an installation that set none: made once, kept beside the database, readable by its owner only."""
    kept = data / "secret_key"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()
