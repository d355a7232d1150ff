"""What mail servers report later: that an email came back, was late, arrived, or that its reader complained.

Reports are emails of their own: delivery status notifications (RFC 3464) and complaints (RFC 5965). They are read with the
standard library alone, and believed only as far as they quote the id of an email of ours, which only its reader has seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from enum import StrEnum
from uuid import UUID

from app.delivery.email.failures import MailCode
from app.delivery.email.replies import code_of
from app.delivery.parcels import parse_reference

LARGEST = 1024 * 1024
"""Bytes that are read of a report; they quote long emails."""
_OURS = re.compile(r"<([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\.\d{1,5})@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class What(StrEnum):
    """What happened to an email."""

    BOUNCED = "bounced"
    """It will not arrive: see the code."""
    ARRIVED = "arrived"
    COMPLAINED = "complained"
    """The reader called it spam: that is a wish to get no more."""


MEANT = {"failed": What.BOUNCED, "delivered": What.ARRIVED}
"""Actions of RFC 3464 §2.3.3; "delayed" and "relayed" tell nothing that lasts."""


@dataclass(frozen=True, slots=True)
class Report:
    """About one attempt of one delivery."""

    uuid: UUID
    attempt: int
    what: What
    code: MailCode | None = None


def read(raw: bytes) -> Report | None:
    """What an email reports about one of ours; None for anything else, also for "it is late, we go on trying"."""
    message = message_from_bytes(raw[:LARGEST], policy=default)
    if message.get_content_type() != "multipart/report":
        return None
    reference = _reference(message)
    if reference is None:
        return None
    kind = str(message.get_param("report-type") or "").lower()
    if kind == "feedback-report":
        return Report(*reference, What.COMPLAINED)
    said = [(str(fields.get("Action") or "").strip().lower(), str(fields.get("Status") or "")) for fields in _recipients(message)]
    for action, status in said if kind == "delivery-status" else ():
        if action in MEANT:
            return Report(*reference, MEANT[action], meaning_of(status) if MEANT[action] is What.BOUNCED else None)
    return None


def meaning_of(status: str) -> MailCode:
    """What a status (5.1.1) of a bounce means. A temporary one means that somebody gave up trying."""
    found = _STATUS.search(status)
    if found is None:
        return MailCode.REFUSED
    detail = f"{int(found[2])}.{int(found[3])}"
    if found[1] == "4":
        return MailCode.FULL if detail == "2.2" else MailCode.NEVER_TAKEN
    return code_of(detail) or MailCode.REFUSED


def _recipients(message: Message) -> Iterator[Message]:
    """The fields about each recipient; the first block is about the server that speaks."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks if isinstance(block, Message) and block.get("Action"))


def _reference(message: EmailMessage | Message) -> tuple[UUID, int] | None:
    """Which of our emails it quotes: its head comes back with the report, whole or only the heads."""
    for part in message.walk():
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            quoted = part.get_payload(decode=True)
            found = _OURS.search(quoted.decode(errors="replace") if isinstance(quoted, bytes) else "")
        else:
            found = _OURS.search(str(part.get("Message-ID") or ""))
        if found is not None:
            return parse_reference(found[1])
    found = _OURS.search(f"{message.get('In-Reply-To') or ''} {message.get('References') or ''}")
    return parse_reference(found[1]) if found else None
