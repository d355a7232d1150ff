"""The same on PostgreSQL: forwarding, retention, and two workers that take up the same forwards."""

import threading
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from app import create_app
from app.accounts.models import Role
from app.core.database import db
from app.delivery.email.dispatcher import run_until_idle
from app.fax.forward_job import prepare_due
from app.fax.models import FaxForward
from app.fax.purge_job import purge_due
from tests.conftest import MIGRATIONS, Browser, settings_for
from tests.delivery.email.conftest import Mailing
from tests.delivery.email.post_office import PostOffice
from tests.factories import StaffFactory, family
from tests.factories.faxes import fax
from tests.fax_forwarding.conftest import Desk, document
from tests.fax_forwarding.test_keeping import YEAR, is_there
from tests.servers import fresh_database

MANY = 12


@pytest.fixture
def desk(postgres_server: str, tmp_path: Path, office: PostOffice) -> Iterator[Desk]:
    with fresh_database(postgres_server) as address:
        app = create_app(settings_for(tmp_path, database_url=address, smtp_url=office.url, smtp_per_second=500.0))
        app.test_client_class = Browser
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            flask_migrate.upgrade(MIGRATIONS)
            people = family(language="en")
            person = StaffFactory(role=Role.OFFICE, schools=[people.school])
            one = fax(people.school, pages=2, source_key=document(2), source_type="application/pdf")
            desk = Desk(Mailing(app, office, people), people.school, person, one, app.test_client())
            desk.browser = desk.window(person)
            yield desk
            db.session.remove()
            db.engine.dispose()


def prepare(app: Flask) -> None:
    with app.app_context():
        prepare_due.function()
        db.session.remove()


def test_two_workers_forward_each_fax_once_and_what_is_over_goes(desk: Desk) -> None:
    app = desk.mailing.app
    for number in range(MANY):
        assert desk.forward(f"clinic{number}@cedar.test", way="attached" if number % 2 else "link").status_code == 303
    workers = [threading.Thread(target=prepare, args=[app]) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    run_until_idle(app)
    db.session.expire_all()
    assert desk.mailing.office.by_address() == {f"clinic{number}@cedar.test": 1 for number in range(MANY)}
    assert {row.status for row in db.session.query(FaxForward)} == {"sent"}
    page = desk.browser.get(f"/fax/{desk.fax.id}").text
    assert "clinic3@cedar.test" in page
    desk.fax.created_at = desk.fax.created_at - 8 * YEAR
    fax_id = desk.fax.id
    db.session.commit()
    with app.app_context():
        purge_due.function()
        db.session.remove()
    db.session.expire_all()
    assert not is_there(fax_id)
    assert db.session.query(FaxForward).count() == 0
