"""The way out of the emails, and back."""

import pytest

from app.core.database import db
from app.delivery.models import DeliveryState
from app.directory.models import EMAILS, Consent
from tests.delivery.email.conftest import Mailing

LANGUAGES = ["en", "es", "vi", "ar", "so", "zh", "ru", "uk", "fr"]


def link_of(mailing: Mailing) -> str:
    """Of the newest email, below our own address."""
    link: str = mailing.office.letters[-1]["List-Unsubscribe"].strip("<>")
    return link.removeprefix("https://cedar.test")


def wishes() -> list[tuple[str, str, str]]:
    return [(one.scope, one.kind, one.source) for one in db.session.query(Consent).order_by(Consent.id)]


def test_looking_changes_nothing_and_one_press_stops_the_emails(mailing: Mailing) -> None:
    mailing.write()
    mailing.hand_over()
    browser, link = mailing.app.test_client(), link_of(mailing)
    page = browser.get(link)
    assert page.status_code == 200
    assert "You get emails from" in page.text
    assert "ro…@family.test" in page.text
    assert "rosa@" not in page.text
    assert wishes() == []
    pressed = browser.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (pressed.status_code, pressed.data) == (204, b"")
    browser.post(link, data={"List-Unsubscribe": "One-Click"})
    assert wishes() == [(EMAILS, "opted_out", "web")]
    (next_one,) = mailing.write()
    assert (next_one.state, next_one.error_code) == (DeliveryState.BLOCKED, "opted_out")


def test_the_button_stops_them_and_brings_them_back(mailing: Mailing) -> None:
    mailing.write()
    mailing.hand_over()
    browser, link = mailing.app.test_client(), link_of(mailing)
    assert "You get no more emails" in browser.post(link, data={"wish": "stop"}, follow_redirects=True).text
    assert "You get emails from" in browser.post(link, data={"wish": "again"}, follow_redirects=True).text
    assert [kind for _, kind, _ in wishes()] == ["opted_out", "opted_in"]
    (next_one,) = mailing.write()
    assert next_one.state == DeliveryState.PENDING
    assert mailing.point("rosa@family.test").opted_out_at is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_guardians_language(mailing: Mailing, language: str) -> None:
    mailing.people.guardian.language = language
    mailing.write(language=language)
    mailing.hand_over()
    browser, link = mailing.app.test_client(), link_of(mailing)
    page = browser.get(link)
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page.text
    assert mailing.people.school.name in page.text
    assert ("You get emails" in page.text) == (language == "en")
    assert "You get emails" in browser.get(f"{link}?lang=en").text


def test_a_link_that_was_changed_opens_nothing(mailing: Mailing) -> None:
    mailing.write()
    mailing.hand_over()
    browser, link = mailing.app.test_client(), link_of(mailing)
    for wrong in (link[:-2], "/emails/nonsense"):
        assert browser.get(wrong).status_code == 404
        assert browser.post(wrong, data={"wish": "stop"}).status_code == 404
    assert wishes() == []
