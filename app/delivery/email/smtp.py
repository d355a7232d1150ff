"""Giving emails to a mail server over connections that stay open, and telling what surely was not taken from what nobody knows."""

import re
import select
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from app.core import mail
from app.delivery.email import replies
from app.delivery.email.failures import MailCode
from app.delivery.email.parcels import NotNow
from app.delivery.parcels import Accepted, Lost, Outcome, Refused

log = structlog.get_logger()

STEP_LIMIT = 20.0
"""Seconds for each answer of the server; RFC 5321 §4.5.3.2 would wait minutes, and a person waits behind it."""
TAKING_LIMIT = 120.0
"""For the one answer that says whether the whole email was taken: servers look for viruses first."""
IDLE_LIMIT = 20.0
"""Seconds after which an idle connection is not trusted any more."""
OK, MORE, LATER, NO = 200, 300, 400, 500
GO_AHEAD = 354
CLOSING = 421
AWAY = NotNow(None, is_away=True, code=MailCode.SERVER_AWAY)
END = b".\r\n"
"""Sent with the words: a small piece of its own would wait for 40 ms until the server has confirmed them."""
LEADING_PERIOD = re.compile(rb"(?m)^\.")
TROUBLE = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, and the whole email as it travels. `begun` is called just before its words leave."""

    sender: str
    to: str
    message_id: str
    data: bytes
    begun: Callable[[], None]


@dataclass(slots=True)
class Line:
    """One connection."""

    server: smtplib.SMTP
    carried: int = 0
    last_used: float = field(default_factory=time.monotonic)

    def is_usable(self, most: int) -> bool:
        """Whether it is young enough, and the server has said nothing unasked: that would be its farewell."""
        if self.carried >= most or time.monotonic() - self.last_used > IDLE_LIMIT or self.server.sock is None:
            return False
        readable, _, _ = select.select([self.server.sock], [], [], 0)
        return not readable

    def hang_up(self) -> None:
        """Politely, if the server still listens."""
        with suppress(*TROUBLE):
            if self.server.sock is not None:
                self.server.sock.settimeout(1.0)
            self.server.quit()
        self.server.close()


class SmtpServer:
    """The district's mail server. Safe to use from any thread; as many connections as threads that use it at once."""

    def __init__(self, url: str, *, most_per_connection: int) -> None:
        """Nothing is connected yet."""
        self._url, self._most = url, most_per_connection
        self._lock = threading.Lock()
        self._idle: list[Line] = []

    def take(self, envelope: Envelope) -> Outcome:
        """Give one email to the server. Never raises for anything that the server or the network does."""
        for is_second in (False, True):
            try:
                with self._line(is_fresh=is_second) as line:
                    return hand_over(line.server, envelope)
            except smtplib.SMTPServerDisconnected:
                continue  # an old connection had ended; nothing was said about this email yet, so once more on a new one
            except smtplib.SMTPAuthenticationError as error:
                log.warning("email.not_let_in", code=error.smtp_code)
                return NotNow(None, is_away=True, code=MailCode.NOT_LET_IN)
            except TROUBLE as error:
                log.warning("email.server_away", reason=type(error).__name__)
                return AWAY
        return AWAY

    def close(self) -> None:
        """Hang up on what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.hang_up()

    @contextmanager
    def _line(self, *, is_fresh: bool) -> Iterator[Line]:
        """A connection of one's own; it goes back only when all went as the protocol says."""
        line = None if is_fresh else self._waiting()
        if line is None:
            line = Line(mail.connect(self._url, STEP_LIMIT))
        try:
            yield line
        except BaseException:
            line.server.close()
            raise
        if line.server.sock is None:  # hung up after its answer
            return
        line.carried, line.last_used = line.carried + 1, time.monotonic()
        with self._lock:
            self._idle.append(line)

    def _waiting(self) -> Line | None:
        """The connection that was used last, so that the others may be closed for being idle."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                line = self._idle.pop()
            if line.is_usable(self._most):
                return line
            line.hang_up()


def hand_over(server: smtplib.SMTP, envelope: Envelope) -> Outcome:
    """Say it all, step by step. Raises SMTPServerDisconnected and OSError only while nothing of the words has left."""
    options = [f"SIZE={len(envelope.data)}"] if server.has_extn("size") else []
    to = envelope.to
    if not to.isascii():
        if not server.has_extn("smtputf8"):
            return Refused(MailCode.UNKNOWN)
        options.append("SMTPUTF8")
        server.command_encoding = "utf-8"
    code, said = server.mail(envelope.sender, options)
    if not _is_yes(code):
        if code >= NO and replies.refusal_of_sender(code, _text(said)) is MailCode.TOO_BIG:
            return _refused(server, MailCode.TOO_BIG)
        return _not_now(server, code, is_away=True)
    code, said = server.rcpt(to)
    if not _is_yes(code):
        return _refused(server, replies.refusal_of_recipient(code, _text(said))) if code >= NO else _not_now(server, code)
    server.putcmd("data")
    code, said = server.getreply()
    if code != GO_AHEAD:
        return _refused(server, replies.refusal_of_content(code, _text(said))) if code >= NO else _not_now(server, code)
    return _say(server, envelope)


def _say(server: smtplib.SMTP, envelope: Envelope) -> Outcome:
    """The words, and the one answer that counts. Whatever breaks from here on leaves nobody sure."""
    envelope.begun()
    try:
        if server.sock is not None:
            server.sock.settimeout(TAKING_LIMIT)
        server.send(LEADING_PERIOD.sub(b"..", envelope.data) + (END if envelope.data.endswith(b"\r\n") else b"\r\n" + END))
        code, said = server.getreply()
        if server.sock is not None:
            server.sock.settimeout(STEP_LIMIT)
    except TROUBLE as error:
        log.warning("email.answer_lost", message_id=envelope.message_id, reason=type(error).__name__)
        server.close()
        return Lost()
    if _is_yes(code):
        return Accepted(envelope.message_id)
    if code >= NO:
        return _refused(server, replies.refusal_of_content(code, _text(said)))
    if code >= LATER:
        return _not_now(server, code)
    log.warning("email.strange_answer", message_id=envelope.message_id, code=code)
    server.close()
    return Lost()


def _is_yes(code: int) -> bool:
    return OK <= code < MORE


def _text(said: bytes) -> str:
    return said.decode(errors="replace")


def _refused(server: smtplib.SMTP, code: MailCode) -> Refused:
    _begin_anew(server)
    return Refused(code)


def _not_now(server: smtplib.SMTP, code: int, *, is_away: bool = False) -> NotNow:
    is_goodbye = code == CLOSING or code < LATER
    if is_goodbye:
        server.close()
    else:
        _begin_anew(server)
    if not (is_away or is_goodbye):
        return NotNow(None, is_away=False, code=MailCode.LATER)
    log.warning("email.server_says_no", code=code)
    return NotNow(None, is_away=True, code=MailCode.NOT_LET_IN if code >= NO else MailCode.SERVER_AWAY)


def _begin_anew(server: smtplib.SMTP) -> None:
    """Make the connection ready for the next email, or end it: the answer is in hand either way."""
    try:
        server.rset()
    except TROUBLE:
        server.close()
