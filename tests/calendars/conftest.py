"""A teacher with a program of her own, and both providers over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role, Staff
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.config import Settings
from app.core.database import db
from tests.api.client import ApiClient
from tests.calendars.providers import CLIENT, SECRET, Providers, running_providers
from tests.conftest import SignIn, settings_for
from tests.factories import SchoolFactory, StaffFactory, api_key

DAY = "2026-03-10"
NAMES = {"google": "Google", "outlook": "Outlook"}


@pytest.fixture
def providers() -> Iterator[Providers]:
    with running_providers() as both:
        yield both


@pytest.fixture
def settings(settings: Settings, providers: Providers) -> Settings:
    keys = {f"{which}_{name}": value for which in NAMES for name, value in (("client_id", CLIENT), ("client_secret", SECRET))}
    return settings_for(settings.data, google_url=providers.origin, outlook_url=providers.origin, **keys)


@dataclass
class Desk:
    """A teacher, her browser, and an app of hers."""

    app: Flask
    teacher: Staff
    browser: FlaskClient
    api: ApiClient

    def way_back(self, which: str) -> str:
        """Where the provider's consent page sends her browser."""
        return consented(self.api.ask(f"get{NAMES[which]}AuthUrl").json["auth_url"])

    def connect(self, which: str) -> None:
        back = self.browser.get(self.way_back(which))
        assert (back.status_code, back.location) == (303, "/settings/calendars"), back.text

    def day(self, **query: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.ask("getCalendar", query=query or {"from": DAY}).json
        return found

    def revoke(self, which: str, account: str = "zoe@example.org") -> Any:
        return self.api.ask(f"revoke{NAMES[which]}Calendar", {"calendar": account})


def consented(address: str) -> str:
    """The path to which the browser of a person who says yes, or no, is sent."""
    answer = urllib3.request("GET", address, redirect=False, retries=False)
    parts = urlsplit(answer.headers["Location"])
    assert (answer.status, parts.netloc) == (302, "localhost")
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def desk(app: Flask, sign_in: SignIn) -> Desk:
    teacher = StaffFactory(role=Role.TEACHER, schools=[SchoolFactory()], name="Zoe Okafor")
    db.session.commit()
    api = ApiClient(app, face, api_key(person=teacher, scopes=Scope), {"X-User-Id": id24(teacher.uuid)})
    return Desk(app, teacher, sign_in(teacher), api)
