"""How endpoints and events stand, in words for people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString, format_timedelta, ngettext
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.presentation import gettext as _
from app.webhooks.backoff import TOLERATED
from app.webhooks.errands import Problem
from app.webhooks.models import EndpointState, EventState, Face, WebhookAttempt, WebhookEndpoint
from app.webhooks.queries import Waiting

SOON = timedelta(seconds=2)
PROBLEMS: dict[str, LazyString] = {
    Problem.NO_NAME: _l("No server answers to this name. Check its spelling, or ask who runs it."),
    Problem.INSIDE: _l("This address leads inside a private network, which is never called. Give one on the internet."),
    Problem.NOT_REACHED: _l("The server took no connection. Ask who runs it whether it is up."),
    Problem.NOT_CONNECTED_IN_TIME: _l("The server took no connection within 5 seconds."),
    Problem.TLS: _l("The server’s certificate is not valid for this name. Ask who runs it to renew it."),
    Problem.NO_ANSWER_IN_TIME: _l("The server gave no answer within 10 seconds. It should say yes first, and work afterwards."),
    Problem.BROKEN: _l("The connection broke before there was an answer."),
    Problem.REDIRECT: _l("The server pointed elsewhere. That is not followed: give the address it points to."),
    Problem.STATUS: _l("The server answered that it did not take the event."),
    Problem.SEAL: _l("The signing secret cannot be read any more: SECRET_KEY changed. Make a new one and give it to the receiver."),
    Problem.OURS: _l("Something went wrong on our side. It is tried again; the server’s log says what it was."),
}
STATES: dict[str, tuple[LazyString, str, str]] = {
    EventState.WAITING: (_l("Pending"), "info", "clock"),
    EventState.DELIVERED: (_l("Delivered"), "ok", "check"),
    EventState.DEAD: (_l("Dead letter"), "danger", "alert-circle"),
    EventState.DROPPED: (_l("Dropped"), "", "ban"),
}
"""Word, tone and icon of each state of an event."""
FACES: dict[str, str] = {
    Face.COMMON_SERVICES: "Common Services", Face.RINGPLAN: "RingPlan", Face.GROUPCALL: "Groupcall", Face.COURIER: "Courier",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Health:
    """The chip beside an address, and the line below it."""

    text: str
    tone: str
    glyph: str
    line: str
    status: int | None = None
    """Of the latest answer, where that failed."""
    rest: str = ""
    """What stands behind the status."""


def health_of(row: WebhookEndpoint, waiting: Waiting) -> Health:
    """By its last attempts."""
    text, tone, glyph = _chip(row)
    if row.last_problem == Problem.SEAL:
        return Health(text, tone, glyph, str(PROBLEMS[Problem.SEAL]))
    if not row.recent:
        return Health(text, tone, glyph, _("Nothing was sent here yet."))
    failed, many = sum(1 for one in row.recent if one < 0), len(row.recent)
    if not failed:
        average = round(sum(row.recent) / many)
        return Health(text, tone, glyph, _("Last %(many)s: all delivered, %(ms)s ms on average", many=many, ms=average))
    line = ngettext("Last %(many)s: one failed.", "Last %(many)s: %(num)s failed.", failed, many=many)
    if row.last_problem is None:
        return Health(text, tone, glyph, line + " " + _("The latest was delivered."))
    when = _when(row.last_attempt_at)
    next_at = next_try(row, waiting.next_at) if waiting.next_at is not None else None
    after = " " + _next(next_at) if next_at is not None and row.state == EndpointState.ACTIVE else ""
    if row.last_status is not None:
        return Health(text, tone, glyph, line + " " + _("Latest answer was"), row.last_status, f", {when}.{after}")
    problem = str(PROBLEMS.get(row.last_problem, PROBLEMS[Problem.BROKEN]))
    latest = _("Latest try %(when)s.", when=when)
    return Health(text, tone, glyph, f"{line} {problem} {latest}{after}")


def next_try(row: WebhookEndpoint, due_at: datetime) -> datetime:
    """When something is tried that is due at that moment: an endpoint that failed is left alone for a while, with all that waits."""
    return max(due_at, row.quiet_until or due_at)


def _chip(row: WebhookEndpoint) -> tuple[str, str, str]:
    if row.state == EndpointState.PAUSED:
        return _("Paused"), "warn", "player-pause"
    if row.failures > TOLERATED or row.last_problem == Problem.SEAL:
        return _("Failing"), "danger", "alert-circle"
    if not row.recent:
        return _("New"), "info", "clock"
    if row.last_problem is not None:
        return _("Having trouble"), "warn", "alert-triangle"
    return _("Healthy"), "ok", "check"


def _when(moment: datetime | None) -> str:
    """Such as "6 minutes ago" or "in 8 minutes"."""
    return str(format_timedelta((moment or now()) - now(), add_direction=True))


def _next(moment: datetime) -> str:
    return _("Next try in a moment.") if moment - now() < SOON else _("Next try %(when)s.", when=_when(moment))


def outcome_of(attempt: WebhookAttempt | None) -> str:
    """What the receiver said, in one line."""
    if attempt is None:
        return ""
    return str(PROBLEMS.get(attempt.problem, PROBLEMS[Problem.BROKEN])) if attempt.problem else _("Taken")
