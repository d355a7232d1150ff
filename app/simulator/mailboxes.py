"""The mailboxes of the demo: emails that Homeroom keeps as files where it has no mail server, one folder for each address."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from sqlite3 import Connection
from typing import cast
from urllib.parse import quote, unquote

from app.core.search_text import fold

SHOWN = 60
"""Mailboxes in the list, and letters in a mailbox: the newest."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, and whose it is; nobody's name where nobody said."""

    address: str
    letters: int
    latest: float
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One email; `name` is its file's."""

    name: str
    sender: str
    subject: str
    at: datetime | None
    text: str
    attachments: tuple[str, ...]


def keep_owners(connection: Connection, owners: list[tuple[str, str]]) -> None:
    """Note whose these addresses are."""
    rows = [(address.lower(), name, fold(name)) for address, name in owners]
    connection.executemany("INSERT OR REPLACE INTO mailbox_owners VALUES (?, ?, ?)", rows)


def owner_of(connection: Connection, address: str) -> str:
    """Whose an address is; empty where nobody said."""
    found = connection.execute("SELECT name FROM mailbox_owners WHERE address = ?", (address.lower(),)).fetchone()
    return found[0] if found else ""


def mailboxes(folder: Path, words: str, connection: Connection) -> list[Mailbox]:
    """Those whose address or owner contains `words`, the ones with the newest email first."""
    wanted = words.strip().lower()
    try:
        found = [(entry.stat().st_mtime, entry) for entry in folder.iterdir()]
    except OSError:
        return []
    if wanted:
        owned = "SELECT address FROM mailbox_owners WHERE instr(search, ?) > 0"
        theirs = {address for (address,) in connection.execute(owned, (fold(wanted),))}
        found = [(at, entry) for at, entry in found if wanted in unquote(entry.name).lower() or unquote(entry.name).lower() in theirs]
    newest = sorted(found, key=lambda one: one[0], reverse=True)[:SHOWN]
    named = [(unquote(entry.name), entry, at) for at, entry in newest]
    return [Mailbox(address, len(_names(entry)), at, owner_of(connection, address)) for address, entry, at in named]


def letters(folder: Path, address: str) -> list[Letter]:
    """The newest emails of an address, the newest first."""
    mailbox = _mailbox(folder, address)
    read = (letter(folder, address, name) for name in sorted(_names(mailbox), reverse=True)[:SHOWN])
    return [one for one in read if one is not None]


def letter(folder: Path, address: str, name: str) -> Letter | None:
    """One email. None when it is not there."""
    message = _message(folder, address, name)
    if message is None:
        return None
    body = message.get_body(("plain",))
    names = tuple(part.get_filename() or "file" for part in message.iter_attachments())
    date = message["Date"]
    return Letter(
        name=name, sender=str(message["From"]), subject=str(message["Subject"]), at=date.datetime if date else None,
        text=cast("str", body.get_content()) if body else "", attachments=names,
    )  # fmt: skip


def as_designed(folder: Path, address: str, name: str) -> str | None:
    """The HTML of an email. None when there is none."""
    message = _message(folder, address, name)
    body = message.get_body(("html",)) if message is not None else None
    return cast("str", body.get_content()) if body else None


def attachment(folder: Path, address: str, name: str, number: int) -> tuple[bytes, str, str] | None:
    """The file of that number, counted from 0, with its type and name."""
    message = _message(folder, address, name)
    parts = list(message.iter_attachments()) if message is not None else []
    if not 0 <= number < len(parts):
        return None
    content = parts[number].get_payload(decode=True)
    return (content if isinstance(content, bytes) else b"", parts[number].get_content_type(), parts[number].get_filename() or "file")


def _mailbox(folder: Path, address: str) -> Path:
    return folder / quote(address, safe="@+-_.")


def _names(mailbox: Path) -> list[str]:
    try:
        return [entry.name for entry in mailbox.iterdir() if entry.suffix == ".eml" and not entry.name.startswith(".")]
    except OSError:
        return []


def _message(folder: Path, address: str, name: str) -> EmailMessage | None:
    mailbox = _mailbox(folder, address)
    if mailbox.parent != folder or name not in _names(mailbox):  # what is not in the list is no name of a letter
        return None
    return message_from_bytes((mailbox / name).read_bytes(), policy=default)
