"""Google and Microsoft: where each one's doors are, what is asked for, and how its events are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.calendars import google, outlook
from app.calendars.entries import Found, Span
from app.calendars.errors import NotSetUp
from app.config import Settings


class Which(StrEnum):
    """As rows and addresses name them."""

    GOOGLE = "google"
    OUTLOOK = "outlook"


TITLES = {Which.GOOGLE: "Google", Which.OUTLOOK: "Outlook"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One of them, as this house is known there."""

    which: Which
    client_id: str
    client_secret: str
    consent_url: str
    token_url: str
    revoke_url: str | None
    """None: it has no way to withdraw one grant (Microsoft ends only all sessions of a person at once)."""
    api_url: str
    scopes: tuple[str, ...]
    needs: str
    """The end of the scope without which nothing can be read; people may untick it."""
    read_events: Callable[[str, str, Span], Found]
    consent: Mapping[str, str] = field(default_factory=dict)
    """What its consent page wants beside the standard."""

    @property
    def title(self) -> str:
        """As people know it."""
        return TITLES[self.which]


def provider(settings: Settings, which: Which) -> Provider:
    """Raises NotSetUp."""
    made = described(settings, which)
    if not made.client_id:
        raise NotSetUp
    return made


def described(settings: Settings, which: Which) -> Provider:
    """The same where it may have been set up once: to give back what was granted then."""
    return _google(settings) if which is Which.GOOGLE else _outlook(settings)


def configured(settings: Settings) -> bool:
    """Whether any of them is set up."""
    return bool(settings.google_client_id or settings.outlook_client_id)


def _google(settings: Settings) -> Provider:
    own = settings.google_url.rstrip("/")
    oauth = own or "https://oauth2.googleapis.com"
    return Provider(
        Which.GOOGLE,
        settings.google_client_id,
        settings.google_client_secret,
        f"{own or 'https://accounts.google.com'}/o/oauth2/v2/auth",
        f"{oauth}/token",
        f"{oauth}/revoke",
        f"{own or 'https://www.googleapis.com'}/calendar/v3",
        ("openid", "email", "https://www.googleapis.com/auth/calendar.events.readonly"),
        "/auth/calendar.events.readonly",
        google.read,
        {"access_type": "offline", "prompt": "consent"},  # without these two, there is no refresh token the second time
    )


def _outlook(settings: Settings) -> Provider:
    own = settings.outlook_url.rstrip("/")
    login = f"{own or 'https://login.microsoftonline.com'}/{settings.outlook_tenant}/oauth2/v2.0"
    return Provider(
        Which.OUTLOOK,
        settings.outlook_client_id,
        settings.outlook_client_secret,
        f"{login}/authorize",
        f"{login}/token",
        None,
        f"{own or 'https://graph.microsoft.com'}/v1.0",
        ("openid", "email", "profile", "offline_access", "https://graph.microsoft.com/Calendars.ReadBasic"),
        "calendars.readbasic",
        outlook.read,
        {"response_mode": "query", "prompt": "select_account"},
    )
