"""Mail: over a real SMTP conversation, or into a file."""

import email
import socket
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from flask import Flask

from app.core import mail
from app.core.database import transaction
from app.core.mail import Letter, MailNotSent, Post

LETTER = Letter("dana@cedar.test", "Grüße – and more", "Línea uno\n\nhttp://localhost/reset/abc\n")


class Inbox:
    """What the mail server was given."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.people: list[str] = []
        self.refuse = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (the library's name)
        if self.refuse:
            return "554 Not today"
        assert isinstance(envelope.content, bytes)
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def let_in(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.people.append(f"{data.login.decode()}/{data.password.decode()}")
        return AuthResult(success=data.password == b"p@ss", handled=False)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Controller(inbox, hostname="127.0.0.1", port=port, authenticator=inbox.let_in, auth_require_tls=False)
    running.start()
    yield running
    running.stop()


def post(url: str | None, folder: Path) -> Post:
    return Post(url, "Homeroom <homeroom@cedar.test>", folder)


def test_a_letter_travels(server: Controller, inbox: Inbox, tmp_path: Path) -> None:
    post(f"smtp://dana:p%40ss@127.0.0.1:{server.port}", tmp_path).send(LETTER)
    (letter,) = inbox.letters
    assert inbox.people == ["dana/p@ss"]
    assert letter["To"] == "dana@cedar.test"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@cedar.test>")
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "Línea uno" in body.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("trouble", ["refused", "wrong password", "nobody there"])
def test_a_letter_that_does_not_travel_says_so(server: Controller, inbox: Inbox, tmp_path: Path, trouble: str) -> None:
    inbox.refuse = trouble == "refused"
    user = "dana:wrong@" if trouble == "wrong password" else ""
    port = 9 if trouble == "nobody there" else server.port
    with pytest.raises(MailNotSent):
        post(f"smtp://{user}127.0.0.1:{port}", tmp_path).send(LETTER)
    assert inbox.letters == []


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIME_LIMIT", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(MailNotSent):
            post(f"smtp://127.0.0.1:{mute.getsockname()[1]}", tmp_path).send(LETTER)


def test_without_a_server_a_letter_is_a_file_that_only_the_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    post(None, folder).send(LETTER)
    (file,) = folder.iterdir()
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o077 == 0
    assert email.message_from_bytes(file.read_bytes())["To"] == "dana@cedar.test"


def test_a_line_break_in_a_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        post(None, tmp_path).send(Letter("a@x.test\nBcc: b@x.test", "s", "t"))
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        post(None, tmp_path).send(Letter("a@x.test", "s\r\nBcc: b@x.test", "t"))


def test_no_mail_leaves_inside_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        mail.send(LETTER)
