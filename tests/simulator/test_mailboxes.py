"""The page of mailboxes shows the emails that Homeroom keeps as files."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.simulator import SimulatorSettings, close, create_simulator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Cedar <school@cedar.test>", "rosa@family.test", "Día de fotos"
    message.set_content("Traiga una sonrisa: https://cedar.test/fotos")
    message.add_alternative("<html><head></head><body><script>alert(1)</script><p>Traiga una sonrisa</p></body></html>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="menú.pdf")
    mailbox = tmp_path / "rosa@family.test"
    mailbox.mkdir()
    (mailbox / "20261003T100000-x.1.eml").write_bytes(message.as_bytes())
    (mailbox / ".20261003T100001-y.1.eml").write_bytes(b"half")
    (tmp_path.parent / "outside.eml").write_bytes(b"Subject: secret\n\n")
    return tmp_path


@pytest.fixture
def browser(folder: Path):
    app = create_simulator(SimulatorSettings(mail_folder=folder))
    yield app.test_client()
    close(app)


def test_a_mailbox_shows_its_letters(browser: FlaskClient) -> None:
    page = browser.get("/mail", follow_redirects=True)
    assert page.status_code == 200
    assert "rosa@family.test" in page.text
    assert "Día de fotos" in page.text
    assert '<a href="https://cedar.test/fotos"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "rosa@" not in browser.get("/mail/nobody@family.test?q=zzz").text


def test_a_mailbox_says_whose_it_is_and_is_found_by_the_name(browser: FlaskClient) -> None:
    assert browser.post("/_control/mailboxes", json=[{"address": "Rosa@family.test", "name": "Rosa María Hernández"}]).status_code == 200
    assert browser.get("/mail", follow_redirects=True).text.count("Rosa María Hernández") >= 2
    assert "rosa@family.test" in browser.get("/mail/nobody@family.test?q=maria").text
    assert "rosa@family.test" not in browser.get("/mail/nobody@family.test?q=luis").text


def test_a_letter_as_designed_can_do_nothing(browser: FlaskClient) -> None:
    letter = browser.get("/mail/rosa@family.test/20261003T100000-x.1.eml/designed")
    assert "Traiga una sonrisa" in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert "script-src" not in letter.headers["Content-Security-Policy"]
    file = browser.get("/mail/rosa@family.test/20261003T100000-x.1.eml/files/0")
    assert (file.data, file.mimetype) == (b"%PDF-1.4", "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    ["rosa@family.test/nothing.eml/designed", "rosa@family.test/.20261003T100001-y.1.eml/designed", "%2E%2E/outside.eml/designed",
     "../outside.eml/designed", "rosa@family.test/20261003T100000-x.1.eml/files/7"],
)  # fmt: skip
def test_what_is_no_letter_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/mail/{path}").status_code == 404


def test_without_a_folder_there_are_no_mailboxes() -> None:
    app = create_simulator()
    assert app.test_client().get("/mail").status_code == 404
    close(app)
