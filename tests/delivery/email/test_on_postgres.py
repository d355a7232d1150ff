"""Several workers on PostgreSQL share one outbox and one mail server's pace."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.delivery.email import claims
from app.delivery.email.dispatcher import EmailDispatcher
from app.delivery.models import Delivery
from tests.conftest import MIGRATIONS, settings_for
from tests.delivery.email.conftest import Mailing
from tests.delivery.email.post_office import PostOffice
from tests.delivery.house import wait_for
from tests.factories import family
from tests.servers import fresh_database


@pytest.fixture
def app(postgres_server: str, tmp_path: Path, office: PostOffice) -> Iterator[Flask]:
    with fresh_database(postgres_server) as address:
        app = create_app(settings_for(tmp_path, database_url=address, smtp_url=office.url, smtp_per_second=200.0))
        with app.app_context():
            flask_migrate.upgrade(MIGRATIONS)
            yield app
            db.session.remove()
            db.engine.dispose()


def test_two_workers_send_each_email_once(app: Flask, office: PostOffice) -> None:
    mailing = Mailing(app, office, family(language="en"))
    office.to_rcpt["f7@family.test"] = "550 5.1.1 No such user"
    mailing.write(*(f"f{number}@family.test" for number in range(80)))
    db.session.commit()
    workers = [EmailDispatcher(app) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        wait_for(lambda: not claims.has_due(now()) and all(worker.is_idle for worker in workers), 20)
    finally:
        for worker in workers:
            worker.stop()
    assert len(office.letters) == len(office.by_address()) == 79
    db.session.expire_all()
    assert sorted({(one.state, one.error_code) for one in db.session.query(Delivery)}) == [("failed", "mail_unknown"), ("sent", None)]
