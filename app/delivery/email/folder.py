"""Where families' emails go without a mail server: files, one folder for each address, which the handsets' page shows.

They are for demos and training. An address that ends in .invalid (RFC 2606) is refused, so that this can be tried, too.
"""

import os
from pathlib import Path
from urllib.parse import quote

from app.core.clock import now
from app.delivery.email.failures import MailCode
from app.delivery.email.smtp import AWAY, Envelope
from app.delivery.parcels import Accepted, Outcome, Refused


class FolderServer:
    """Takes emails as `SmtpServer` does."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made with the first email."""
        self._folder = folder

    def take(self, envelope: Envelope) -> Outcome:
        """Keep one email. The same one twice is one file."""
        if envelope.to.endswith(".invalid"):
            return Refused(MailCode.UNKNOWN)
        mailbox = self._folder / quote(envelope.to, safe="@+-_.")
        try:
            envelope.begun()
            mailbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{now():%Y%m%dT%H%M%S}-{envelope.message_id}.eml"
            half = mailbox / f".{name}"
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(envelope.data)
            half.rename(mailbox / name)
        except OSError:
            return AWAY  # what is half there is never shown
        return Accepted(envelope.message_id)

    def close(self) -> None:
        """There is nothing to hang up on."""
