"""A database of its own for each test, made by the real migrations once and copied; the application around it is made once a process."""

from __future__ import annotations

from tests import quiet_start

# isort: split
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings, read_settings
from app.core.database import db
from app.extensions import limiter
from app.live import presence
from tools.browser import executable

if TYPE_CHECKING:
    from app.accounts.models import Staff


hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """All is read."""
    quiet_start.over()


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


def point_to(address: Path, folder: Path) -> None:
    """Let `address` lead to `folder` from now on."""
    address.unlink(missing_ok=True)
    address.symlink_to(folder)


def build(settings: Settings) -> Flask:
    """An application as tests use it."""
    app = create_app(settings)
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


class SharedHouse:
    """One application for many tests: to build it takes longer than most tests do. Whoever changes it is told to take its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def app(self) -> Flask:
        """The application, built when the first test asks."""
        app = build(self.settings)
        self._extensions, self._config, self._looks = dict(app.extensions), dict(app.config), self._look(app)
        self._memories = {name: dict(value) for name, value in app.extensions.items() if type(value) is dict}
        return app

    def tidy(self) -> None:
        """Forget what one test left, within the application's context. Raises AssertionError for what cannot be taken back."""
        app = self.app
        app.extensions.clear()
        app.extensions.update(self._extensions)
        for name, before in self._memories.items():
            app.extensions[name].clear()
            app.extensions[name].update(before)
        app.config.clear()
        app.config.update(self._config)
        app.extensions["presence"] = presence.build(None)
        app.extensions["jobs"].broker.flush_all()
        looks = self._look(app)
        if looks != self._looks:
            del self.app
            assert looks == self._looks, "the test changed the application for those after it: mark it own_app"

    def _look(self, app: Flask) -> tuple[int, ...]:
        with app.app_context():
            heard = (db.engine.dispatch.before_cursor_execute, db.engine.dispatch.begin, db.engine.dispatch.after_cursor_execute)
        return (len(app.view_functions), len(app.before_request_funcs), *(len(each) for each in heard))


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


@pytest.fixture(scope="session")
def house_of_this_test(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every application of this process finds its data: a link to the folder of the test that runs."""
    address = tmp_path_factory.getbasetemp() / "of-this-test"
    point_to(address, tmp_path_factory.mktemp("before"))
    return address


@pytest.fixture
def settings(migrated: Path, house_of_this_test: Path, tmp_path: Path) -> Settings:
    """Where this test's application keeps its things. Override it to change a setting."""
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")
    point_to(house_of_this_test, tmp_path)
    return settings_for(house_of_this_test)


@pytest.fixture
def app(lite_app: Flask) -> Flask:
    """The application of this test, with its context pushed."""
    return lite_app


@pytest.fixture(scope="session")
def shared_house(house_of_this_test: Path) -> SharedHouse:
    """The application of all tests of this process that change no setting."""
    return SharedHouse(settings_for(house_of_this_test))


@pytest.fixture(scope="session")
def served_house(house_of_this_test: Path) -> Iterator[SharedHouse]:
    """Another one, which answers on a port for as long as this process lives."""
    from tests.delivery.house import listening
    from tests.servers import free_port

    port = free_port()
    house = SharedHouse(settings_for(house_of_this_test, public_url=f"http://127.0.0.1:{port}", port=port))
    with listening(house.app, port):
        yield house


@pytest.fixture
def lite_app(request: pytest.FixtureRequest, settings: Settings, shared_house: SharedHouse) -> Iterator[Flask]:
    """The application on the embedded database, for tests that are made on both."""
    is_shared = settings == shared_house.settings and request.node.get_closest_marker("own_app") is None
    app = shared_house.app if is_shared else build(settings)
    limiter.enabled = settings.rate_limits  # one object for all applications of this process
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        if is_shared:
            shared_house.tidy()


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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of an empty PostgreSQL database that the migrations built, to be copied."""
    from tests.servers import fresh_database

    with fresh_database(postgres_server) as address:
        app = create_app(settings_for(tmp_path_factory.mktemp("migrated-postgres"), database_url=address))
        with app.app_context():
            flask_migrate.upgrade(MIGRATIONS)
            db.session.remove()
            db.engine.dispose()
        yield address.rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def shared_postgres_house(postgres_server: str, house_of_this_test: Path) -> SharedHouse:
    """The application of all tests of this process on PostgreSQL. Its database is a new one each time, under the same name."""
    address = f"{postgres_server.rsplit('/', 1)[0]}/homeroom_of_this_test_{os.getpid()}"
    return SharedHouse(settings_for(house_of_this_test, database_url=address))


@pytest.fixture
def postgres_app(
    request: pytest.FixtureRequest, shared_postgres_house: SharedHouse, postgres_server: str, postgres_template: str, tmp_path: Path
) -> Iterator[Flask]:
    """The application on an empty, migrated PostgreSQL database of its own."""
    from tests.servers import fresh_database

    settings = shared_postgres_house.settings
    point_to(settings.data, tmp_path)
    with fresh_database(postgres_server, postgres_template, name=settings.database_url.rsplit("/", 1)[1]):
        is_shared = request.node.get_closest_marker("own_app") is None
        app = shared_postgres_house.app if is_shared else build(settings)
        limiter.enabled = False
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            if is_shared:
                shared_postgres_house.tidy()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The Chromium that this machine has, kept from calling home."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return {"executable_path": executable(), "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *quiet, *microphone]}
