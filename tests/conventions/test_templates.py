"""Every template compiles, and none brings what the policy forbids."""

import re
from pathlib import Path

import pytest
from flask import Flask

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMES = sorted(file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"<[^>{]*\sstyle="),
    "style element": re.compile(r"<style\b"),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)"),
    "inline handler": re.compile(r"<[^>{]*\son[a-z]+="),
    "htmx handler": re.compile(r"hx-on|hx-vals=.js:"),
}

ALLOWED_IN_EMAILS = frozenset({"inline style", "style element"})
"""Mail programs read nothing else, and the policy of our pages does not reach there."""


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles_and_keeps_the_policy(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)
    source = (TEMPLATES / name).read_text()
    allowed = ALLOWED_IN_EMAILS if name.startswith("email/") else frozenset()
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(source) and what not in allowed]
    assert found == []


def test_every_page_of_the_settings_is_on_their_list(app: Flask) -> None:
    listed = {entry.key for entry in app.extensions["navigation"].settings}
    said = {name: re.search(r'set section = "([a-z-]+)"', (TEMPLATES / name).read_text()) for name in NAMES if name.startswith("settings/")}
    assert {name: found[1] for name, found in said.items() if found and found[1] not in listed} == {}
