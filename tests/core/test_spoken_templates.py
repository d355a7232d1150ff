"""Templates that are compiled for a language say the same as ones that look each sentence up, and escape the same."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from jinja2 import DictLoader

from app.core.presentation import translated
from app.core.spoken_templates import SpokenTemplates

TEMPLATE = (
    "{{ _('Send') }}|{{ _('Your account, %(name)s', name=who) }}|{{ icon('check', 'i-sm') }}|{{ icon(glyph) }}|"
    '{{ icon("x") ~ " & " ~ _("Send") }}|<a href="{{ asset_url(\'mark.svg\') }}" title="{{ _("Done") if done else _("Reopen") }}">'
)


@pytest.fixture
def spoken(app: Flask) -> SpokenTemplates:
    templates = app.jinja_env.overlay(loader=DictLoader({"page.html": TEMPLATE, "own.html": "{% set icon = upper %}{{ icon('check') }}"}))
    assert isinstance(templates, SpokenTemplates)
    templates.spoken = {}
    return templates


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_are_those_of_the_reader(app: Flask, spoken: SpokenTemplates, language: str) -> None:
    values = {"who": "<Rosa & Mateo>", "glyph": "bell-off", "done": True}
    with app.test_request_context(), force_locale(language):
        fixed = spoken.get_template("page.html").render(**values)
        looked_up = render_template_string(TEMPLATE, **values)  # has no name, so nothing of it is fixed
        assert fixed == looked_up
        assert ("Enviar" if language == "es" else "Send") in fixed
        assert "&lt;Rosa &amp; Mateo&gt;" in fixed
        assert fixed.count("<svg") == 3


def test_a_name_that_a_template_gives_another_meaning_keeps_it(app: Flask, spoken: SpokenTemplates) -> None:
    with app.test_request_context():
        assert spoken.get_template("own.html").render(upper=str.upper) == "CHECK"


def test_each_language_has_its_own_form(app: Flask, spoken: SpokenTemplates) -> None:
    with app.test_request_context():
        with force_locale("es"):
            spanish = spoken.get_template("page.html")
        with force_locale("en"):
            english = spoken.get_template("page.html")
            again = spoken.get_template("page.html")
    assert spanish is not english
    assert english is again
    assert translated is app.jinja_env.globals["_"]
