"""What these tests share: a fax that arrived, an office, and a real mail server."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.accounts import sessions
from app.accounts.models import Role, Staff
from app.conversations.service.attachments import file_store
from app.core.database import db, open_events, transaction
from app.core.files import chunks_of
from app.core.ids import new_uuid
from app.directory.models import School
from app.fax.events import FaxReady
from app.fax.forward_job import prepare_due
from app.fax.models import Fax, FaxForward
from tests.delivery.email.conftest import Mailing, mail_house, mailing, office
from tests.factories import StaffFactory
from tests.factories.faxes import fax, picture

__all__ = ["mail_house", "mailing", "office"]
CLINIC = "records@clinic.test"


@dataclass
class Desk:
    """The office of a school, with a fax in front of it."""

    mailing: Mailing
    school: School
    person: Staff
    fax: Fax
    browser: FlaskClient
    people: dict[int, FlaskClient] = field(default_factory=dict)

    def window(self, person: Staff) -> FlaskClient:
        """A browser in which somebody is signed in."""
        db.session.commit()
        token = sessions.start_session(person, user_agent="pytest", address="127.0.0.1")
        db.session.commit()
        browser = self.mailing.app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return browser

    def forward(self, *to: str, way: str = "link", fax_id: int | None = None, uuid: str = "", **more: Any) -> Any:
        """Press Forward."""
        form = {"to": list(to) or [CLINIC], "way": way, "uuid": uuid or new_uuid().hex, **more}
        return self.browser.post(f"/fax/{fax_id or self.fax.id}/forward", data=form)

    def arrives(self, one: Fax) -> None:
        """All its pages can be seen."""
        with transaction():
            open_events().append(FaxReady(one.district_id, one.id))

    def work(self) -> None:
        """One turn of the worker, and of the mail's dispatcher."""
        db.session.commit()
        with self.mailing.app.app_context():
            prepare_due.function()
        self.mailing.hand_over()

    def letters(self, to: str = CLINIC) -> list[EmailMessage]:
        """What arrived in a mailbox."""
        return [letter for letter in self.mailing.office.letters if letter["To"] == to]

    def rows(self) -> list[FaxForward]:
        """All forwards, as they are now."""
        db.session.expire_all()
        return db.session.query(FaxForward).order_by(FaxForward.id).all()


def document(pages: int = 3) -> str:
    """The file as the carrier gave it: a real PDF of scanned pages."""
    images = [Image.open(io.BytesIO(picture(number, (864, 1100)))) for number in range(1, pages + 1)]
    file = io.BytesIO()
    images[0].save(file, "PDF", save_all=True, append_images=images[1:], resolution=100)
    file.seek(0)
    return file_store().save(chunks_of(file), extension=".pdf").key


@pytest.fixture
def desk(mailing: Mailing) -> Iterator[Desk]:
    mailing.app.config.update(WTF_CSRF_ENABLED=False)
    school = mailing.people.school
    person = StaffFactory(role=Role.OFFICE, schools=[school], name="Priya Raman", email="priya@cedar.test")
    one = fax(school, pages=3, source_key=document(), source_type="application/pdf")
    desk = Desk(mailing, school, person, one, mailing.app.test_client())
    desk.browser = desk.window(person)
    yield desk
    mailing.app.config.update(WTF_CSRF_ENABLED=True)


class CopyHolder:
    """A carrier that keeps copies until it is told otherwise."""

    def __init__(self) -> None:
        self.forgot: list[str] = []
        self.trouble: Exception | None = None

    def forget(self, provider_id: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.forgot.append(provider_id)


@pytest.fixture
def copies(desk: Desk) -> CopyHolder:
    holder = CopyHolder()
    desk.mailing.app.extensions["settings"] = desk.mailing.app.extensions["settings"].model_copy(update={"fax_carrier": "telnyx"})
    desk.mailing.app.extensions["fax_carrier"] = holder
    return holder
