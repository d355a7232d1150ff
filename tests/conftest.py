"""One application per test on its own database, made by the real migrations once and copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask_migrate
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings, read_settings
from app.core.database import db

if TYPE_CHECKING:
    from app.accounts.models import Staff


class Browser(FlaskClient):
    """A client whose requests are as separate as in production: each with a context and a database session of its own.

    What the test made is committed before a request; what it holds is read again after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send one request."""
        if has_app_context():
            db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            response.get_data()
            response.close()  # as servers do once the answer has left
        if has_app_context():
            db.session.expire_all()
        return response


SignIn = Callable[["Staff"], FlaskClient]
SECRET = "a secret that only the tests know"
MIGRATIONS = str(Path(__file__).parent.parent / "migrations")


def settings_for(data: Path, **overrides: object) -> Settings:
    """The settings of a test: nothing from the environment, cheap passwords, no worker of its own."""
    values: dict[str, object] = {
        "data": data,
        "secret_key": SECRET,
        "public_url": "http://localhost",
        "fast_passwords": True,
        "worker": False,
        "demo": False,
        "rate_limits": False,
        "log_format": "json",
    }
    return read_settings({}, **{**values, **overrides})


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database that the migrations built."""
    data = tmp_path_factory.mktemp("migrated")
    app = create_app(settings_for(data))
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        db.session.remove()
        db.engine.dispose()
    return data / "homeroom.sqlite3"


@pytest.fixture
def settings(migrated: Path, tmp_path: Path) -> Settings:
    """Where this test's application keeps its things. Override it to change a setting."""
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")
    return settings_for(tmp_path)


@pytest.fixture
def app(lite_app: Flask) -> Flask:
    """The application of this test, with its context pushed."""
    return lite_app


@pytest.fixture
def lite_app(settings: Settings) -> Iterator[Flask]:
    """The application on the embedded database, for tests that are made on both."""
    app = create_app(settings)
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Give a browser in which `staff` is signed in."""

    def signed_in(staff: Staff) -> FlaskClient:
        from app.accounts import sessions

        db.session.commit()
        token = sessions.start_session(staff, user_agent="pytest", address="127.0.0.1")
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return browser

    return signed_in


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL: TEST_DATABASE_URL, or one that is started for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    from tests.servers import running_postgres

    with running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a real Redis: TEST_REDIS_URL, or one that is started for this run."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    from tests.servers import running_redis

    with running_redis() as address:
        yield address


@pytest.fixture
def postgres_app(postgres_server: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty, migrated PostgreSQL database of its own."""
    from tests.servers import fresh_database

    with fresh_database(postgres_server) as address:
        app = create_app(settings_for(tmp_path, database_url=address))
        app.test_client_class = Browser
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            flask_migrate.upgrade(MIGRATIONS)
            yield app
            db.session.remove()
            db.engine.dispose()
