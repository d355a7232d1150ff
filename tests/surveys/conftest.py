"""What the tests of surveys share: a school that was asked a question."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.announcements.models import Announcement
from app.core.database import db, transaction
from app.directory.models import Guardian
from app.surveys.models import Survey, SurveyAnswer
from tests.announcements.schools import Campus, campus, draft, run, send, sms
from tests.conversations.arrivals import arrives
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory

__all__ = ["house"]
WORDINGS = {
    "en": {"question": "Will you come?", "choices": ["Yes", "No", "Not sure"]},
    "es": {"question": "¿Va a venir?", "choices": ["Sí", "No", "No lo sé"]},
    "ar": {"question": "هل ستحضرون؟", "choices": ["نعم", "لا", "لست متأكداً"]},
}


def question(*languages: str, **more: Any) -> dict[str, Any]:
    """A document, in English unless told."""
    return {"wordings": {language: WORDINGS[language] for language in languages or ("en",)}, **more}


def ask(place: Campus, *texts: Any, **more: Any) -> Announcement:
    """Write a question to the whole school, and send it; it has left once the outbox is emptied."""
    more.setdefault("asks", question(*dict.fromkeys(text.language for text in texts)) if texts else question())
    announcement = draft(place, *(texts or (sms("The spring fair is on May 3."),)), has_canary=False, send_to="all", **more)
    send(announcement, place.admin)
    run(10)
    return announcement


@dataclass
class Fair:
    """A school of which every family was asked by text."""

    place: Campus
    house: House
    announcement: Announcement

    def phone(self, guardian: Guardian) -> str:
        """Her mobile."""
        address: str = guardian.contact_points[0].address
        return address

    def text(self, guardian: Guardian, body: str, **more: Any) -> None:
        """She texts the number that asked her."""
        self.house.hear()  # nobody else writes any more
        arrives(self.phone(guardian), self.place.numbers[0], body, **more)

    def answers(self) -> dict[str, int]:
        """What counts, by unit."""
        db.session.rollback()
        return {one.unit: one.choice for one in db.session.query(SurveyAnswer)}

    def got(self, guardian: Guardian) -> list[str]:
        """The texts on her phone."""
        self.house.hand_over()
        self.house.hear()
        return [one["body"] for one in self.house.at_the_network(to=self.phone(guardian).replace("+", "%2B"))]

    def close(self) -> None:
        """The week is over."""
        with transaction():
            survey = db.session.query(Survey).one()
            survey.closes_at = survey.opened_at


@pytest.fixture
def fair(app: Flask, house: House) -> Fair:
    """Three English, two Spanish and one Arabic family were asked whether they come. `app` comes first: both bring an empty database."""
    place = campus(numbers=1)
    place.families(3)
    place.families(2, language="es")
    place.families(1, language="ar")
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    announcement = ask(place, sms("The spring fair is on May 3."), sms("La feria es el 3 de mayo.", "es"), sms("المعرض في 3 مايو.", "ar"))
    house.hand_over()
    house.hear()
    return Fair(place, house, announcement)
