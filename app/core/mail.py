"""Mail to staff: over SMTP with a time limit, or, where no server is set, into files that an operator can read.

Sending is slow and fails: rows remember what is to be sent, a job calls `send`, and never inside a transaction.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.database import release_connection
from app.core.errors import HomeroomError

TIME_LIMIT = 10
"""Seconds for each step of the conversation with the mail server."""
PORTS = {"smtp": 587, "smtps": 465}

log = structlog.get_logger()


class MailNotSent(HomeroomError):
    """The server was not reached, or refused. The reason is in the log, without addresses."""

    code = "mail_not_sent"
    advice = _l("The mail could not be sent. Try again in a few minutes.")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person. Plain text: links stay visible, and nothing is fetched when it is opened."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """How this installation sends."""

    smtp_url: str | None
    sender: str
    folder: Path

    def send(self, letter: Letter) -> None:
        """Send or keep one letter. Raises MailNotSent."""
        message = self.message(letter)
        if self.smtp_url is None:
            self._keep(message)
            return
        with self._server(self.smtp_url) as server:
            server.send_message(message)

    def try_server(self) -> None:
        """Get as far as the server lets us in, and send nothing. Raises MailNotSent."""
        if self.smtp_url is not None:
            with self._server(self.smtp_url) as server:
                server.noop()

    def message(self, letter: Letter) -> EmailMessage:
        """The letter as it travels. A line break in an address or a subject is refused with ValueError."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(now().timestamp())
        domain = parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"
        message["Message-ID"] = make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    @contextmanager
    def _server(self, url: str) -> Iterator[smtplib.SMTP]:
        """The server, once it has let us in."""
        try:
            with connect(url, TIME_LIMIT) as server:
                yield server
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail.not_sent", reason=type(error).__name__, code=getattr(error, "smtp_code", None))
            raise MailNotSent from error

    def _keep(self, message: EmailMessage) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{now():%Y%m%dT%H%M%S}-{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
        half = self.folder / f".{name}"
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes())
        half.rename(self.folder / name)


def connect(url: str, time_limit: float) -> smtplib.SMTP:
    """A server that has let us in, encrypted where it can be. Raises OSError and smtplib.SMTPException."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=time_limit, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=time_limit)
    )
    try:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def init_app(app: Flask, *, smtp_url: str | None, sender: str, folder: Path) -> None:
    """Set how this application sends."""
    app.extensions["post"] = Post(smtp_url, sender, folder)


def send(letter: Letter) -> None:
    """Send one letter, and hold no database connection meanwhile. Raises MailNotSent, or RuntimeError inside a transaction."""
    release_connection()
    _post().send(letter)


def try_server() -> None:
    """Ask the mail server to let us in, and hold no database connection meanwhile. Raises MailNotSent."""
    release_connection()
    _post().try_server()


def leaves_the_house() -> bool:
    """Whether mails reach people by themselves; otherwise an administrator passes links on."""
    return _post().smtp_url is not None


def _post() -> Post:
    post: Post = current_app.extensions["post"]
    return post
