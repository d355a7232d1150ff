"""What the tests of emails share: a real mail server, and families with mailboxes."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.database import db
from app.delivery import service
from app.delivery.email.dispatcher import run_until_idle
from app.delivery.models import Delivery
from app.delivery.service import Letter, LetterRequest, Mailbox
from app.directory.models import ContactPoint
from app.extensions import limiter
from tests.conftest import SharedHouse, point_to, settings_for
from tests.delivery.email.post_office import PostOffice, open_post_office
from tests.factories import ContactPointFactory, family
from tests.factories.threads import Family

WEBHOOK_KEY = "a key that only the tests know"


@dataclass
class Mailing:
    """An application with its mail server, and a family to write to."""

    app: Flask
    office: PostOffice
    people: Family
    points: dict[str, ContactPoint] = field(default_factory=dict)

    def point(self, address: str) -> ContactPoint:
        """The guardian's mailbox of that address."""
        if address not in self.points:
            self.points[address] = ContactPointFactory(guardian=self.people.guardian, kind="email", address=address)
            db.session.commit()
        return self.points[address]

    def write(self, *addresses: str, subject: str = "Picture day", text: str = "Bring a smile.", **more: Any) -> list[Delivery]:
        """Put one email into the outbox for each address."""
        mailboxes = tuple(Mailbox(address, self.point(address).id) for address in addresses or ("rosa@family.test",))
        about = {name: more.pop(name) for name in list(more) if name in Letter.__dataclass_fields__}
        letter = Letter(subject, text, **{"school_id": self.people.school.id} | about)
        request = LetterRequest(self.people.school.district_id, "test", 1, letter, mailboxes, **{"is_emergency": True} | more)
        return service.enqueue_letter(request)

    def hand_over(self, **more: Any) -> None:
        """Let everything that is due leave."""
        db.session.commit()
        run_until_idle(self.app, **more)
        db.session.expire_all()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


@pytest.fixture(scope="session")
def mail_house(house_of_this_test: Path) -> SharedHouse:
    """The application of all these tests; each tells it where its mail server is."""
    return SharedHouse(
        settings_for(
            house_of_this_test, smtp_url="smtp://127.0.0.1:1", mail_from="Homeroom <school@cedar.test>",
            mail_bounces_to="bounces@cedar.test", mail_webhook_key=WEBHOOK_KEY, smtp_per_second=1000.0, public_url="https://cedar.test",
        )
    )  # fmt: skip


@pytest.fixture
def mailing(migrated: Path, mail_house: SharedHouse, tmp_path: Path, office: PostOffice) -> Iterator[Mailing]:
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")
    point_to(mail_house.settings.data, tmp_path)
    limiter.enabled = False
    app = mail_house.app
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"smtp_url": office.url})
    app.config.update(WTF_CSRF_ENABLED=True)  # one press must work without a session
    with app.app_context():
        people = family(language="en")
        people.school.phone = "+15035550100"
        db.session.commit()
        yield Mailing(app, office, people)
        db.session.remove()
        db.engine.dispose()
        mail_house.tidy()
