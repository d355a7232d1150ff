"""The pane in the middle as its templates print it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import ConversationKind
from app.conversations.queries_thread import MessagePage
from app.conversations.views.bubbles import BubblePrinter, ShownSchedule, schedule
from app.conversations.views.stretches import Where, printed_bubbles
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _

MORNING = time(8)
AFTER_SCHOOL = time(15, 30)
SATURDAY = 5


@dataclass(slots=True)
class ThreadShown:
    """What `_thread.html` prints around the messages."""

    id: int
    version: int
    name: str
    first_name: str
    subtitle: str
    is_group: bool
    state: str
    assignee: str
    guardian_id: int | None
    call_href: str
    family_href: str
    may_write: bool
    unread: int
    newest: int
    pairing: int | None
    is_paired: bool
    now_local: str
    wake_times: list[tuple[str, str]]
    alone: bool = False
    at_end: bool = True


@dataclass(slots=True)
class Stretch:
    """Some messages in a row, and the ways to those before and after."""

    conversation: ThreadShown
    entries: Markup
    older: str = ""
    older_page: str = ""
    newer: str = ""
    newer_page: str = ""
    scheduled: list[ShownSchedule] = field(default_factory=list)


def thread_shown(head: Row[Any], people: Sequence[Row[Any]], staff: Staff, clock: LocalClock) -> ThreadShown:
    """The head of a thread."""
    theirs = [each for each in people if each.contact_point_id and each.left_at is None]
    direct = head.kind == ConversationKind.DIRECT
    partner = theirs[-1] if direct and theirs else None
    local = clock.local(datetime.now(clock.zone))
    return ThreadShown(
        id=head.id,
        version=head.version,
        name=head.title,
        first_name=(partner.given_name if partner and partner.given_name else head.title).split(" ")[0],
        subtitle=head.subtitle or head.school,
        is_group=not direct,
        state=head.state,
        assignee=(head.assignee or "") if head.assigned_to_id else "",
        guardian_id=head.guardian_id,
        call_href=f"tel:{partner.address}" if partner and partner.address else "",
        family_href=f"/families/guardian/{head.guardian_id}" if head.guardian_id else "",
        may_write=role_allows(staff.role, Permission.WRITE_THREADS),
        unread=head.unread_count or 0,
        newest=head.last_message_id,
        pairing=partner.id if partner and partner.phone_number_id else None,
        is_paired=bool(partner and partner.pairing_deactivated_at is None),
        now_local=f"{local:%Y-%m-%dT%H:%M}",
        wake_times=times_ahead(clock, local),
    )


def times_ahead(clock: LocalClock, local: datetime) -> list[tuple[str, str]]:
    """Good moments to be reminded or to send, with the exact time in words, and as a form sends it (in the school's zone)."""
    today, chosen = local.date(), []
    afternoon = datetime.combine(today, AFTER_SCHOOL, clock.zone)
    if afternoon - local > timedelta(minutes=30) and today.weekday() < SATURDAY:
        chosen.append(afternoon)
    tomorrow = datetime.combine(today + timedelta(days=1), MORNING, clock.zone)
    chosen.append(tomorrow)
    monday = datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING, clock.zone)
    if monday > tomorrow:
        chosen.append(monday)
    chosen.append(datetime.combine(today + timedelta(days=7), MORNING, clock.zone))
    in_a_week = _("In seven days")
    names = {afternoon: _("After school"), tomorrow: _("Tomorrow"), monday: _("Next week")}
    return [
        (_("%(name)s, %(time)s", name=names.get(moment, in_a_week), time=clock.full(moment)), f"{moment:%Y-%m-%dT%H:%M}")
        for moment in dict.fromkeys(chosen)
    ]


def tomorrow_morning(clock: LocalClock) -> datetime:
    """When school begins again."""
    return datetime.combine(clock.today + timedelta(days=1), MORNING, clock.zone)


def stretch_of(page: MessagePage, thread: ThreadShown, printer: BubblePrinter, head: Row[Any], people: Sequence[Row[Any]]) -> Stretch:
    """A page of messages with its edges. Messages for later stand at the end of the newest page."""
    where = Where(thread.id, thread.guardian_id, thread.family_href, thread.call_href)
    stretch = Stretch(thread, printed_bubbles(printer, page.rows, where, people))
    base = f"/conversations/{thread.id}"
    if page.has_older and page.rows:
        edge = page.rows[0].id
        stretch.older, stretch.older_page = f"{base}/messages?before={edge}", f"{base}?before={edge}"
    if page.has_newer and page.rows:
        edge = page.rows[-1].id
        stretch.newer, stretch.newer_page = f"{base}/messages?after={edge}", f"{base}?after={edge}"
    elif head.scheduled:
        stretch.scheduled = schedule(head.scheduled, printer.my_id, printer.clock, language=head.language)
    return stretch
