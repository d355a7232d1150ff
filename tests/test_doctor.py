"""The doctor names what is wrong with an installation and what to do about it."""

import shutil
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from flask import Flask

from app import create_app
from app.carrier import telnyx_faxes, twilio
from app.carrier.gateway import OwnedNumber
from app.core.database import db, transaction
from app.core.practice_keys import TELNYX_API_KEY
from app.directory.models import Purpose
from tests.conftest import settings_for
from tests.factories import PhoneNumberFactory, StaffFactory
from tests.servers import free_port
from tests.simulator.running import running_network


def examined(app: Flask) -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["doctor"])
    return result.exit_code, result.output


def test_a_new_house_lacks_people_and_numbers_and_is_not_wrong(app: Flask) -> None:
    code, words = examined(app)
    assert code == 0, words
    assert "nobody can sign in yet" in words
    assert "no number to text from" in words
    StaffFactory()
    PhoneNumberFactory()
    code, words = examined(app)
    assert code == 0
    assert "✓ Staff: 1 accounts" in words
    assert "✓ Numbers: 1 " in words


def test_a_database_of_another_version_is_wrong(app: Flask) -> None:
    with transaction():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '0001'"))
    code, words = examined(app)
    assert code == 1
    assert "Run: flask --app wsgi db upgrade" in words


def test_each_absent_neighbour_is_named_with_its_setting(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    app = create_app(
        settings_for(
            tmp_path,
            database_url=f"postgresql://nobody@{nobody}/none",
            smtp_url=f"smtp://{nobody}",
            carrier="twilio",
            twilio_account_sid="AC" + "1" * 32,
            twilio_auth_token="never used anywhere",
        )
    )
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"redis_url": f"redis://{nobody}"})
    with app.app_context():
        app.extensions["carrier"] = twilio.build(
            account_sid="AC" + "1" * 32, auth_token="x" * 8, base=f"http://{nobody}", callback_url="http://localhost", connections=1
        )
        code, words = examined(app)
    assert code == 1
    for setting in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL"):
        assert setting in words
    assert "✗ Carrier" in words


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_the_mail_server_is_asked_to_let_us_in(tmp_path: Path, migrated: Path, password: str) -> None:
    server = Controller(
        object(),
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        authenticator=lambda *asked: AuthResult(success=asked[-1].password == b"right", handled=False),
    )
    server.start()
    app = create_app(settings_for(tmp_path, smtp_url=f"smtp://dana:{password}@127.0.0.1:{server.port}"))
    with app.app_context():
        _code, words = examined(app)
    server.stop()
    assert ("✓ Mail" in words) == (password == "right"), words


def test_accounts_of_the_demo_are_found_where_real_families_are_texted(tmp_path: Path, migrated: Path) -> None:
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")
    real = {"carrier": "twilio", "twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": "never used anywhere"}
    app = create_app(settings_for(tmp_path, **real))
    with app.app_context():
        StaffFactory(email="teacher@demo.test")
        db.session.commit()
        app.extensions["carrier"] = twilio.build(
            account_sid="AC" + "1" * 32, auth_token="x" * 8, base="http://127.0.0.1:9", callback_url="http://localhost", connections=1
        )
        _code, words = examined(app)
    assert "✗ Demo" in words


def test_numbers_whose_calls_go_elsewhere_are_counted(app: Flask) -> None:
    voice = "http://localhost/webhooks/twilio/voice"

    def number(*calls: str) -> OwnedNumber:
        return OwnedNumber("PN", "+15035550140", "", True, "", True, *calls)  # as the carrier brings it

    class Account:
        def list_numbers(self) -> list[OwnedNumber]:
            here = number(f"{voice}/incoming", f"{voice}/status")
            return [here, number(), number("https://demo.twilio.com/welcome"), number(f"{voice}/incoming")]

    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"carrier": "twilio"})
    app.extensions["carrier"] = Account()
    _code, words = examined(app)
    assert (
        f"2 of its numbers don’t bring calls here: who calls back reaches nobody. Set “A call comes in” of each to {voice}/incoming."
        in words
    )
    assert f"1 of its numbers don’t tell us that a caller hung up. Set “Call status changes” to {voice}/status." in words


def fax_carrier(app: Flask, kind: str, base: str, **more: str) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"fax_carrier": kind})
    app.extensions["fax_carrier"] = telnyx_faxes.build(
        **{"api_key": TELNYX_API_KEY, "application": "a", "callback_url": "http://localhost"} | more, base=base
    )


def test_a_carrier_of_faxes_is_asked_to_let_us_in(app: Flask) -> None:
    with running_network() as network:
        fax_carrier(app, "telnyx", f"{network.url}/telnyx/v2")
        assert "! Faxes: telnyx, 0 numbers. Add one in Settings, Numbers" in examined(app)[1]
        PhoneNumberFactory(purpose=Purpose.FAX)
        assert "✓ Faxes: telnyx, 1 numbers" in examined(app)[1]
        fax_carrier(app, "telnyx", f"{network.url}/telnyx/v2", api_key="another")
        code, words = examined(app)
        assert (code, "✗ Faxes: telnyx refuses us" in words, "TELNYX_API_KEY" in words) == (1, True, True)
    fax_carrier(app, "telnyx", f"http://127.0.0.1:{free_port()}")
    assert "✗ Faxes: their carrier cannot be reached" in examined(app)[1]


def test_a_fax_number_without_a_carrier_is_noted(app: Flask) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"fax_carrier": "none"})
    assert "✓ Faxes: not used" in examined(app)[1]
    PhoneNumberFactory(purpose=Purpose.FAX)
    code, words = examined(app)
    assert (code, "! Faxes: 1 fax numbers, and no carrier for them. Set FAX_CARRIER" in words) == (0, True)
    assert "no number to text from" in words
