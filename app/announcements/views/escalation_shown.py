"""Going on over other channels, in words: what may be chosen, what is to come, and what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta

from app.announcements.channel_words import channel_name
from app.announcements.counts import Counts, counts_of_each, together
from app.announcements.escalation import MINUTES, Because, Escalation, read
from app.announcements.forms import in_order
from app.announcements.models import Announcement, AnnouncementState, Channel
from app.announcements.queries.steps import steps_taken
from app.announcements.service.escalating import MAY_BEGIN
from app.announcements.service.running import RUNNING
from app.announcements.views.words import Label, channel_glyph, copies, state_label
from app.core.clock import now
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _

USUAL = "15"


@dataclass(frozen=True, slots=True)
class Step:
    """One that was taken: an announcement of its own."""

    id: int
    glyph: str
    text: str
    state: Label


@dataclass(frozen=True, slots=True)
class EscalationCard:
    """The card of the report. `says` is what is to come, if anything is."""

    says: str
    is_coming: bool
    steps: list[Step]
    ways: list[tuple[str, str]]
    """What may be begun; nothing while something is to come."""
    parts: dict[str, Any]
    """Of the form with which it is begun, as the composer's."""


def waits() -> list[tuple[str, str]]:
    """After how long it may go on."""
    return [(str(minutes), duration(minutes)) for minutes in MINUTES]


def duration(minutes: int) -> str:
    """``15 minutes``, ``2 hours``."""
    return str(format_timedelta(timedelta(minutes=minutes), threshold=1.5, granularity="minute"))


def ways(used: list[str]) -> list[tuple[str, str]]:
    """Over which channels it may go on: one of the others, or one after the other."""
    rest = [name for name in in_order() if name not in used]
    orders = ([rest] if len(rest) > 1 else []) + [[name] for name in rest]
    return [(",".join(order), path(order)) for order in orders]


def path(order: list[str] | tuple[str, ...]) -> str:
    """``voice call, then email``."""
    first, *others = [channel_name(name).lower() for name in order]
    for other in others:
        first = str(_("%(first)s, then %(other)s", first=first, other=other))
    return first


def reasons() -> list[tuple[str, str]]:
    """When it goes on."""
    return [(Because.UNREACHED, str(_("it has not arrived"))), (Because.UNANSWERED, str(_("it has not arrived, or nobody answered")))]


def sentence(escalation: Escalation) -> str:
    """What is asked for, for the confirmation."""
    words = {"time": duration(escalation.minutes), "path": path(escalation.over)}
    if escalation.because == Because.UNANSWERED:
        return str(_("Where it has not arrived or nobody answered %(time)s later: %(path)s.", **words))
    return str(_("Where it has not arrived %(time)s later: %(path)s.", **words))


def compose_parts(document: dict[str, Any] | None, channels: tuple[str, ...]) -> dict[str, Any]:
    """What the composer shows."""
    chosen = read(document)
    offered = ways(list(channels))
    over = ",".join(chosen.over) if chosen else ""
    return {
        "waits": [("", str(_("do nothing more")))] + [(value, str(_("go on after %(time)s", time=text))) for value, text in waits()],
        "ways": offered,
        "reasons": reasons(),
        "after": str(chosen.minutes) if chosen else "",
        "over": over if over in dict(offered) else "",
        "because": chosen.because if chosen else Because.UNREACHED,
    }


def shown(announcement: Announcement, clock: LocalClock) -> EscalationCard | None:
    """The card; None where there is nothing to show and nothing to choose."""
    if announcement.escalation_of_id is not None:
        return None
    found = steps_taken(announcement.id)
    by_channel: dict[str, list[tuple[int, str]]] = {}
    for number, names, state in found:
        by_channel.setdefault(names[0] if names else Channel.SMS, []).append((number, state))
    counts = counts_of_each([row.id for row in found])
    steps = [_step(name, taken, counts) for name, taken in by_channel.items()]
    escalation = read(announcement.escalation)
    used = [*announcement.channels, *(name for row in found for name in row.channels)]
    open_ways = ways(used) if announcement.state in MAY_BEGIN else []
    is_coming = announcement.is_escalating and escalation is not None and announcement.state in MAY_BEGIN
    if is_coming and escalation is not None:
        return EscalationCard(_coming(escalation, clock), True, steps, [], {})  # noqa: FBT003  # a field
    if not steps and not open_ways:
        return None
    parts = compose_parts(None, tuple(used))
    parts |= {"waits": [(value, str(_("go on after %(time)s", time=text))) for value, text in waits()], "after": USUAL}
    return EscalationCard("", False, steps, open_ways, parts)  # noqa: FBT003  # a field


def _coming(escalation: Escalation, clock: LocalClock) -> str:
    words = {"channel": path(escalation.over)}
    first = escalation.since + timedelta(minutes=escalation.minutes) if escalation.since else None
    if first is not None and first > now():
        return str(_("Whom it has not reached by %(time)s gets it by %(channel)s.", time=clock.ahead(first), **words))
    return str(
        _("Whom it has not reached %(time)s after it left for them gets it by %(channel)s.", time=duration(escalation.minutes), **words)
    )


def _step(name: str, taken: list[tuple[int, str]], counts: Mapping[int, Counts]) -> Step:
    """All that was taken over one channel, some people after the others: the newest leads to its report, and says how far it is."""
    number, state = next((one for one in reversed(taken) if one[1] in RUNNING), taken[-1])
    total = together([counts[one].together for one, _state in taken])
    text = copies(name, total.total) if total.total else channel_name(name)
    if total.delivered:
        text = str(_("%(what)s, %(delivered)s delivered", what=text, delivered=total.delivered))
    return Step(number, channel_glyph(name), text, state_label(AnnouncementState(state)))
