"""How a text fared, in words: on its way, arrived, read; or why it did not arrive, and the ways out."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext

from app.carrier.error_codes import NextStep, explain
from app.conversations.models import MessageStatus
from app.conversations.queries_message_row import MessageRow
from app.core.clock import now
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _

ON_THE_WAY = frozenset({MessageStatus.PENDING, MessageStatus.PROCESSING, MessageStatus.SENDING})
FAILED = frozenset({MessageStatus.FAILED, MessageStatus.BLOCKED})


@dataclass(slots=True)
class Trouble:
    """Why a text did not arrive, and the ways out."""

    reason: str
    advice: str
    steps: frozenset[NextStep]
    link: str | None
    is_doubtful: bool = False


@dataclass(slots=True)
class Fate:
    """What a bubble says about it. `state` is a word for scripts and style sheets."""

    state: str
    words: str = ""
    time: str = ""
    trouble: Trouble | None = None


def fate_of(row: MessageRow, clock: LocalClock, *, is_group: bool) -> Fate:
    """Of a text that was sent from here."""
    if row.is_doubtful:
        return Fate("failed", trouble=_doubt())
    if row.status in FAILED or (row.failed and row.status not in ON_THE_WAY):
        return _failure(row)
    state, at = _state(row)
    return Fate(state, _words(state, row, clock, is_group=is_group), clock.time(at) if at else "")


def undo_until(row: MessageRow) -> str:
    """Until when its author may call it back; empty where that is over."""
    if row.status == MessageStatus.PENDING and row.due_at and row.due_at > now() and not row.is_held:
        return row.due_at.isoformat()
    return ""


def _state(row: MessageRow) -> tuple[str, datetime | None]:
    if row.read_at:
        return "read", row.read_at
    if row.is_held and row.status == MessageStatus.PENDING:
        return "held", None
    if row.status in ON_THE_WAY:
        return "sending", None
    if row.status == MessageStatus.DELIVERED:
        return "delivered", row.delivered_at
    return "sent", row.sent_at


def _words(state: str, row: MessageRow, clock: LocalClock, *, is_group: bool) -> str:
    if state == "held" and row.due_at:
        return str(_("Held until %(time)s", time=clock.ahead(row.due_at)))
    if is_group and row.recipients > 1 and (state in {"sent", "delivered"} or (state == "sending" and row.delivered)):
        return str(_("Delivered to %(done)s of %(all)s", done=row.delivered, all=row.recipients))
    words = {"read": _("Read"), "sending": _("Sending"), "sent": _("Sent"), "delivered": _("Delivered"), "held": _("Held")}
    return str(words[state])


def _failure(row: MessageRow) -> Fate:
    said = _("Not delivered")
    if row.recipients > 1:
        said = ngettext(
            "Delivered to %(done)s of %(all)s, not to %(num)s", "Delivered to %(done)s of %(all)s, not to %(num)s",
            row.failed, done=row.delivered, all=row.recipients,
        )  # fmt: skip
    if row.failure_settled:
        return Fate("failed", said)
    failure = explain(row.error_code)
    return Fate("failed", said, trouble=Trouble(str(failure.meaning), str(failure.advice), frozenset(failure.next_steps), failure.link))


def _doubt() -> Trouble:
    return Trouble(
        _("Nobody knows whether this left."),
        _("Our line to the carrier broke in that moment, and it has no record. Ask the family, then decide."),
        frozenset(),
        None,
        is_doubtful=True,
    )
