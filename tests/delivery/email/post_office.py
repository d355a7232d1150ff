"""A real mail server for tests, which refuses, dawdles and dies as it is told."""

import asyncio
import email
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """What it was given, and how it behaves: answers by recipient, to RCPT or to the words."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: set[str] = field(default_factory=set)
    to_mail: str | None = None
    to_rcpt: dict[str, str] = field(default_factory=dict)
    to_data: dict[str, str] = field(default_factory=dict)
    dies_after_data: set[str] = field(default_factory=set)
    seconds: float = 0.0
    url: str = ""
    connections: int = 0
    most_at_once: int = 0
    _open: int = 0

    def by_address(self) -> Counter[str]:
        """How many letters each address got."""
        return Counter(self.recipients)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  (the library's name)
        if self.to_mail:
            return self.to_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.to_rcpt:
            return self.to_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (to,) = envelope.rcpt_tos
        await asyncio.sleep(self.seconds)
        if to in self.to_data:
            return self.to_data[to]
        self.letters.append(cast("EmailMessage", email.message_from_bytes(cast("bytes", envelope.content), policy=default)))
        self.recipients.append(to)
        self.senders.add(envelope.mail_from or "")
        if to in self.dies_after_data:
            server.transport.abort()
        return "250 2.0.0 Ok: queued as 12345"


class Counting(SMTP):
    """Counts connections."""

    def connection_made(self, transport: Any) -> None:
        office: PostOffice = self.event_handler
        office.connections += 1
        office._open += 1
        office.most_at_once = max(office.most_at_once, office._open)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler._open -= 1
        super().connection_lost(error)


class Building(Controller):
    """Serves with the server above."""

    def factory(self) -> SMTP:
        return Counting(self.handler, **self.SMTP_kwargs)


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Serve on a free port."""
    office = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Building(office, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    running.start()
    office.connections = office.most_at_once = 0  # its own, to see whether it serves
    office.url = f"smtp://127.0.0.1:{port}"
    try:
        yield office
    finally:
        running.stop()
