"""Forged forms, borrowed addresses and planted headers: what somebody outside tries first."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.accounts.jobs import mail_due_links
from app.accounts.models import Role, SignInThrottle
from app.accounts.permissions import PUBLIC, permission_of
from app.config import Settings, SettingsRefused, read_settings
from app.core.database import db
from tests.conftest import SignIn
from tests.conventions.test_routes import everything, methods_of, rules
from tests.factories import StaffFactory
from tests.factories.samples import SAMPLES, house

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
CHOICE = re.compile(r"<any\((\w+)[^>]*>")
OPEN_TO_PROGRAMS = {
    "guardian.reply",
    "email_reports.receive",
    "email_wish.change",
    "survey_page.answer",
    "fax_link.press",
    "video_guests.by_token",
}
"""They prove themselves in another way: by a secret address without a cookie, or by a secret in it. Faces look at keys, not at cookies."""
UPLOADS = "/courier/uploads/"
SIGNED = ("/webhooks/twilio/", "/webhooks/fax/")
EVIL = "evil.example"


def test_no_form_changes_anything_without_its_token(app: Flask, sign_in: SignIn) -> None:
    it = house()
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=it.family.school.district_id))
    browser.get("/settings/profile")
    app.config["WTF_CSRF_ENABLED"] = True
    before, passed = everything(), []
    for rule in rules(app):
        if (
            "POST" not in methods_of(rule)
            or rule.endpoint in OPEN_TO_PROGRAMS
            or rule.endpoint.startswith("api.")
            or rule.rule.startswith(UPLOADS)
        ):
            continue
        path = ARGUMENT.sub(lambda found: str(SAMPLES[found[1]](it)[0]) if found[1] in SAMPLES else "x", CHOICE.sub(r"\1", rule.rule))
        answer = browser.post(path, data={"name": "x", "body": "x", "role": "viewer"}, headers={"Origin": f"https://{EVIL}"})
        if answer.status_code != (403 if rule.rule.startswith(SIGNED) else 400):
            passed.append((rule.rule, answer.status_code))
    assert passed == []
    after = everything()
    assert [name for name in before if before[name] != after[name]] == []


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded"])
def test_a_mailed_link_leads_to_us_whatever_the_request_says(app: Flask, client: FlaskClient, header: str) -> None:
    person = StaffFactory()
    db.session.commit()
    value = f"host={EVIL}" if header == "Forwarded" else EVIL
    assert client.post("/password/forgot", data={"email": person.email}, headers={header: value}).status_code == 200
    mail_due_links.function()
    folder: Path = app.extensions["settings"].data / "mail"
    letters = [file.read_text() for file in folder.iterdir()]
    assert letters
    assert all(EVIL not in letter and "http://localhost/password/reset/" in letter for letter in letters)


def test_a_forwarded_address_does_not_buy_more_tries(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"rate_limits": True}))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        client, answers = app.test_client(), []
        for number in range(60):
            form = {"email": f"nobody{number}@demo.test", "password": "wrong password"}
            spoofed = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
            answers.append(client.post("/sign-in", data=form, headers=spoofed).status_code)
        assert answers[0] == 422
        assert answers[-1] == 429
        db.session.remove()
        db.engine.dispose()


def test_other_spellings_of_an_email_do_not_buy_more_tries(app: Flask, client: FlaskClient) -> None:
    person = StaffFactory(email="maria@demo.test")
    db.session.commit()
    for spelling in ("maria@demo.test", "MARIA@demo.test", " maria@demo.test ", "Maria@Demo.Test", "maria@DEMO.test"):
        client.post("/sign-in", data={"email": spelling, "password": "a wrong password"})
    rows = db.session.scalars(select(SignInThrottle)).all()
    assert [row.failures for row in rows] == [5], person.email


def test_nothing_private_is_left_in_a_cache(app: Flask, sign_in: SignIn) -> None:
    it = house()
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=it.family.school.district_id))
    careless = []
    for rule in rules(app):
        if "GET" not in methods_of(rule) or permission_of(app, rule.endpoint) == PUBLIC:
            continue
        path = ARGUMENT.sub(lambda found: str(SAMPLES[found[1]](it)[0]) if found[1] in SAMPLES else "x", rule.rule)
        for headers in ({}, {"Accept": "application/json"}, {"HX-Request": "true"}):
            kept = browser.get(path, headers=headers).headers.get("Cache-Control", "")
            if "no-store" not in kept and "private" not in kept:
                careless.append((path, kept))
    assert careless == []


def test_the_pretend_network_is_nowhere_near_real_families(tmp_path: Path) -> None:
    real = {
        "HOMEROOM_DATA": str(tmp_path), "CARRIER": "twilio", "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "our own token",
        "PUBLIC_URL": "https://school.example",
    }  # fmt: skip
    with pytest.raises(SettingsRefused, match="HOMEROOM_DEMO"):
        read_settings(real | {"HOMEROOM_DEMO": "1"})
    for environment in (real, real | {"HOMEROOM_DEMO": "0"}, {"HOMEROOM_DATA": str(tmp_path), "HOMEROOM_DEMO": "0"}):
        app = create_app(read_settings(environment, rate_limits=False))
        assert not app.extensions["settings"].demo
        for path in ("/simulator/", "/simulator/_control/messages", "/simulator/2010-04-01/Accounts/x/Messages.json"):
            assert app.test_client().get(path).status_code in {303, 404}, path
