"""Frames: rendered once for their inputs, filled each time, and blind to whoever asks."""

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import DictLoader

from app.core.frames import Html, frame

pytestmark = pytest.mark.own_app  # with templates of its own


def text(html: Html) -> str:
    return b"".join(html).decode()


@pytest.fixture
def templates(app: Flask) -> Flask:
    pieces = {
        "pane.html": '<p title="{{ hole("name") }}">{{ _("Send") }} {{ kind }}</p>{{ hole("rows") }}',
        "form.html": '<input name="csrf_token" value="{{ csrf_token() }}">',
        "nosy.html": "{{ request.path }}",
        "who.html": "{% if current_user.is_authenticated %}x{% endif %}",
        "flash.html": "{% for each in get_flashed_messages() %}x{% endfor %}",
    }
    app.jinja_env.loader = DictLoader(pieces)
    return app


def test_holes_are_filled_each_time_and_what_is_put_in_is_escaped(templates: Flask) -> None:
    with templates.test_request_context():
        first = frame("pane.html", kind="<b>")
        assert first is frame("pane.html", kind="<b>")
        html = text(first.filled(name='"><script>', rows=frame("form.html").filled()))
        assert html.startswith('<p title="&#34;&gt;&lt;script&gt;">Send &lt;b&gt;</p><input name="csrf_token" value="')
        assert text(frame("pane.html", kind="note").filled(name="", rows="")).endswith("Send note</p>")


def test_each_language_has_its_own_frame(templates: Flask) -> None:
    with templates.test_request_context(), force_locale("es"):
        assert "Enviar" in text(frame("pane.html", kind="").filled(name="", rows=""))
    with templates.test_request_context(), force_locale("en"):
        assert "Send" in text(frame("pane.html", kind="").filled(name="", rows=""))


def test_the_token_of_a_form_is_the_askers_own(templates: Flask) -> None:
    tokens = set()
    for _each in range(2):
        with templates.app_context(), templates.test_request_context():
            tokens.add(text(frame("form.html").filled()))
    assert len(tokens) == 2


@pytest.mark.parametrize("template", ["nosy.html", "who.html", "flash.html"])
def test_a_frame_that_looks_at_the_request_is_refused(templates: Flask, template: str) -> None:
    with templates.test_request_context(), pytest.raises(LookupError, match="make it an input or a hole"):
        frame(template)


def test_nobody_can_write_a_hole(templates: Flask) -> None:
    with templates.test_request_context():
        shown = text(frame("pane.html", kind="0123456789abcdef:rows;").filled(name="x", rows="y"))
    assert "0123456789abcdef:rows;" in shown
