"""Staff with passwords, and what their mailboxes got."""

import email
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.jobs import mail_due_links
from app.accounts.models import Role, Staff
from app.accounts.passwords import hash_password
from app.config import Settings
from app.core.database import db
from app.directory.models import School
from tests.factories import DistrictFactory, SchoolFactory, StaffFactory

PASSWORD = "four quiet garden snails"


@pytest.fixture
def school(app: Flask) -> School:
    return SchoolFactory(district=DistrictFactory(name="Cedar Valley"), name="Cedar Grove Elementary")


@pytest.fixture
def teacher(school: School) -> Staff:
    return StaffFactory(
        schools=[school],
        district=None,
        district_id=school.district_id,
        email="dana@cedar.test",
        name="Dana Okafor",
        password_hash=hash_password(PASSWORD),
    )


@pytest.fixture
def principal(school: School) -> Staff:
    return StaffFactory(
        schools=[school],
        district=None,
        district_id=school.district_id,
        role=Role.SCHOOL_ADMIN,
        name="Harold Jennings",
        password_hash=hash_password(PASSWORD),
    )


@pytest.fixture
def admin(school: School) -> Staff:
    return StaffFactory(
        district_id=school.district_id,
        district=None,
        role=Role.DISTRICT_ADMIN,
        name="Thandi Mokoena",
        password_hash=hash_password(PASSWORD),
    )


@pytest.fixture
def mailbox(app: Flask, settings: Settings) -> Callable[[], list[str]]:
    """Deliver what is due, and give the texts in the order in which they were sent."""

    def read() -> list[str]:
        db.session.commit()
        mail_due_links.function()
        files = sorted((settings.data / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [body_of(file) for file in files]

    return read


def body_of(file: Path) -> str:
    message = email.message_from_bytes(file.read_bytes())
    return message.get_payload(decode=True).decode()


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://localhost(/\S+)", text)
    assert found, text
    return found[1]


def log_in(client: FlaskClient, who: Staff | str, password: str = PASSWORD, **more: str):
    """Try to sign in through the form."""
    address = who if isinstance(who, str) else who.email
    return client.post("/sign-in", data={"email": address, "password": password, **more})
