"""The pane in the middle as its templates print it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import ConversationKind
from app.conversations.queries_thread import MessagePage
from app.conversations.views.bubbles import BubblePrinter
from app.conversations.views.schedules_shown import ShownSchedule, schedule
from app.conversations.views.stretches import Company, Where, printed_run
from app.conversations.views.subtitles import subtitle_shown
from app.core.frames import Html
from app.core.local_clock import LocalClock
from app.core.prepared import Record
from app.core.presentation import gettext as _
from app.core.presentation import hue, initials

MORNING = time(8)
AFTER_SCHOOL = time(15, 30)
SATURDAY = 5


class ThreadShown(NamedTuple):
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
    video_href: str
    going_on: str
    family_href: str
    may_write: bool
    unread: int
    newest: int
    pairing: int | None
    is_paired: bool
    now_local: str
    wake_times: tuple[tuple[str, str], ...]
    alone: bool
    at_end: bool
    initials: str
    hue: int


class Edges(NamedTuple):
    """The ways to the messages before and after, each for a swap and as a page; and the messages for later at the end."""

    conversation_id: int
    older: str = ""
    older_page: str = ""
    newer: str = ""
    newer_page: str = ""
    scheduled: tuple[ShownSchedule, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages in a row."""

    entries: Html
    edges: Edges


def thread_shown(
    head: Record, people: Sequence[Record], staff: Staff, clock: LocalClock, *, alone: bool = False, at_end: bool = True
) -> ThreadShown:
    """The head of a thread."""
    theirs = [each for each in people if each.contact_point_id and each.left_at is None]
    direct = head.kind == ConversationKind.DIRECT
    partner = theirs[-1] if direct and theirs else None
    local = clock.local(datetime.now(clock.zone))
    may_call = role_allows(staff.role, Permission.MAKE_CALLS)
    return ThreadShown(
        id=head.id,
        version=head.version,
        name=head.title,
        first_name=(partner.given_name if partner and partner.given_name else head.title).split(" ")[0],
        subtitle=subtitle_shown(head.kind, head.subtitle) or head.school,
        is_group=not direct,
        state=head.state,
        assignee=(head.assignee or "") if head.assigned_to_id else "",
        guardian_id=head.guardian_id,
        call_href=call_address(staff, head.id, partner),
        video_href=f"/video/new?conversation={head.id}" if theirs and may_call else "",
        going_on=(head.going_on or "") if may_call else "",
        family_href=f"/families/guardian/{head.guardian_id}" if head.guardian_id else "",
        may_write=role_allows(staff.role, Permission.WRITE_THREADS),
        unread=head.unread_count or 0,
        newest=head.last_message_id,
        pairing=partner.id if partner and partner.phone_number_id else None,
        is_paired=bool(partner and partner.pairing_deactivated_at is None),
        now_local=f"{local:%Y-%m-%dT%H:%M}",
        wake_times=times_ahead(clock, local),
        alone=alone,
        at_end=at_end,
        initials=initials(head.title),
        hue=hue(head.title),
    )


def call_address(staff: Staff, conversation_id: int, partner: Record | None) -> str:
    """Where a call with the family begins: here, or on one's own phone for who may not call from here."""
    if partner is None or not partner.address:
        return ""
    begins = f"/calls/direct/new?conversation={conversation_id}"
    return begins if role_allows(staff.role, Permission.MAKE_CALLS) else f"tel:{partner.address}"


def times_ahead(clock: LocalClock, local: datetime) -> tuple[tuple[str, str], ...]:
    """Good moments to be reminded or to send, with the exact time in words, and as a form sends it (in the school's zone)."""
    return _times_ahead(clock, local.date(), local.hour, local.minute)


@lru_cache(maxsize=256)
def _times_ahead(clock: LocalClock, today: date, hour: int, minute: int) -> tuple[tuple[str, str], ...]:
    local, chosen = datetime.combine(today, time(hour, minute), clock.zone), []
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
    names = {afternoon: _("After school"), monday: _("Next week"), tomorrow: _("Tomorrow")}  # on a Sunday both are one day
    return tuple(
        (_("%(name)s, %(time)s", name=names.get(moment, in_a_week), time=clock.full(moment)), f"{moment:%Y-%m-%dT%H:%M}")
        for moment in dict.fromkeys(chosen)
    )


def tomorrow_morning(clock: LocalClock) -> datetime:
    """When school begins again."""
    return datetime.combine(clock.today + timedelta(days=1), MORNING, clock.zone)


def stretch_of(page: MessagePage, thread: ThreadShown, printer: BubblePrinter, head: Record, people: Sequence[Record]) -> Stretch:
    """A page of messages with its edges. Messages for later stand at the end of the newest page."""
    where = Where(thread.id, thread.guardian_id, thread.family_href, thread.call_href)
    base = f"/conversations/{thread.id}"
    edges = Edges(thread.id)
    if page.has_older and page.run.texts:
        edge = page.run.first_id
        edges = edges._replace(older=f"{base}/messages?before={edge}", older_page=f"{base}?before={edge}")
    if page.has_newer and page.run.texts:
        edge = page.run.last_id
        edges = edges._replace(newer=f"{base}/messages?after={edge}", newer_page=f"{base}?after={edge}")
    later = () if page.has_newer or not head.scheduled else schedule(head.scheduled, printer.my_id, printer.clock, language=head.language)
    entries = printed_run(printer, page.run, where, Company.of(people, printer.my_id))
    return Stretch(entries, edges._replace(scheduled=tuple(later)))
