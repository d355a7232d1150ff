"""Readers of Spanish get Spanish."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tools.messages import TRANSLATIONS, collect, complaints

LANGUAGES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.parent.parent.name)
def test_sentences_are_translated_and_compiled(file: Path) -> None:
    assert complaints(file, collect()) == []


def test_a_browser_that_asks_for_spanish_gets_the_sign_in_page_in_spanish(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    assert '<html lang="es"' in page
    assert "Inicie sesión con la cuenta que le dio su escuela." in page
