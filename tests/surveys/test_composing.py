"""A question in the composer, as a plain form: kept, translated, weighed with the text, and refused while it is not whole."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.announcements import service
from tests.announcements.pages import form, the_one
from tests.announcements.schools import Campus, campus
from tests.conftest import SignIn
from tests.surveys.conftest import house

__all__ = ["house"]
ASK = {
    "has_ask": "1", "ask": "on", "ask_per": "person", "has_ask_change": "1", "ask-question-en": "Do you need an interpreter?",
    "ask-choice-en-1": "Yes", "ask-choice-en-3": "No", "ask-question-es": "", "ask-origin-en": "written",
}  # fmt: skip


@pytest.fixture
def place(app: Flask) -> Campus:
    """A school with English and Spanish families, in the database of `app`."""
    found = campus()
    found.families(2)
    found.families(1, language="es")
    return found


@pytest.fixture
def admin(place: Campus, sign_in: SignIn) -> FlaskClient:
    """The principal's browser."""
    return sign_in(place.admin)


def test_a_question_is_kept_translated_and_counted_in_the_texts(place: Campus, admin: FlaskClient) -> None:
    kept = admin.post("/announcements/new", data=form(place, **ASK))
    asks = the_one().asks
    assert asks is not None
    assert asks["wordings"]["en"]["choices"] == ["Yes", "No"]  # the empty line in between is gone
    assert (asks["per"], asks["may_change"]) == ("person", False)
    page = admin.get(kept.location).text
    assert "Do you need an interpreter? Reply 1 for Yes, 2 for No." in page
    spanish = {"body-sms-es": "Mañana no hay clases.", "version": "1", "act": "translate-ask:*"}
    admin.post(kept.location, data=form(place, **ASK, **spanish))
    asks = the_one().asks
    assert asks is not None
    assert asks["wordings"]["es"]["choices"] == ["Sí", "No"]
    assert asks["wordings"]["es"]["origin"] == "machine"
    tails = {text.language: text.tail for text in the_one().texts}
    assert tails["es"].endswith("Responda 1 para Sí, 2 para No.")
    assert service.preview(place.admin, the_one().id).channels["sms"].addresses == 3
    linked = form(place, **ASK, ask_link="on", version="2")
    admin.post(kept.location, data=linked)
    assert re.search(r"2 for No. Or here: \S+/answer/00000000-0000-0000", admin.get(kept.location).text)


def test_what_is_not_whole_is_said_before_it_is_sent(place: Campus, admin: FlaskClient) -> None:
    kept = admin.post("/announcements/new", data=form(place, **ASK, **{"body-sms-es": "Mañana no hay clases."}))
    review = admin.get(kept.location.replace("/edit", "/review"), follow_redirects=True).text
    assert "The question is not complete in Spanish" in review
    wrong = {**ASK, "ask-choice-en-1": "STOP", "version": "1"}
    admin.post(kept.location, data=form(place, **wrong))
    review = admin.get(kept.location.replace("/edit", "/review"), follow_redirects=True).text
    assert "is a command to phone companies" in review
    admin.post(kept.location, data=form(place, has_ask="1", version="2"))
    assert the_one().asks is None
