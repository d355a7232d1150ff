"""The list of announcements: drafts, what waits, what runs, and what is over."""

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.behind import by_system
from app.accounts.current import asker, current_staff, own_zone
from app.accounts.permissions import Permission, requires, role_allows
from app.announcements.approvals import waiting_for_approval
from app.announcements.audience import Again
from app.announcements.channel_words import channel_name
from app.announcements.models import AnnouncementState
from app.announcements.queries import ABOUT_TO, AnnouncementRow, announcements_of
from app.announcements.queries.choosing import list_named
from app.announcements.queries.fates import Fates
from app.announcements.queries.of_class import ToHers, announced_to_hers, sees_only_classes
from app.announcements.queries.pace import Asleep, asleep_among
from app.announcements.views.blueprint import pages
from app.announcements.views.fate_parts import in_words
from app.announcements.views.given_back import why_back
from app.announcements.views.held_shown import held_label
from app.announcements.views.words import Label, channel_glyph, state_label
from app.core.clock import now
from app.core.htmx import page_or_block
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.core.presentation import numeral
from app.live import queries as live

LIST = "announcements/list.html"
SHOWN: dict[str, tuple[str, ...]] = {
    "all": (),
    "drafts": (AnnouncementState.DRAFT,),
    "scheduled": (AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED),
    "running": (AnnouncementState.PREPARING, AnnouncementState.SENDING, AnnouncementState.PAUSED),
    "past": (AnnouncementState.FINISHED, AnnouncementState.HALTED, AnnouncementState.CANCELLED),
    "approvals": (AnnouncementState.AWAITING_APPROVAL,),
    "templates": (),
}
RECEIVED = "received"
"""What others sent to families of a teacher."""


@dataclass(frozen=True, slots=True)
class ListedAnnouncement:
    """One announcement of the list."""

    id: int
    title: str
    who: str
    state: Label | None
    when: str
    channels: list[tuple[str, str]]
    numbers: str
    is_urgent: bool
    note: str = ""
    """Who gave it back, and their words."""
    of_hers: bool = False
    """Somebody else's, who wrote to families of the teacher."""
    is_moving: bool = False
    """Its numbers grow while one looks."""


@pages.get("/announcements")
@requires(Permission.READ_ANNOUNCEMENTS)
def listing() -> ResponseReturnValue:
    """Announcements, latest first, in one of the states or all."""
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    asked = request.args.get("show", "all")
    if asked == RECEIVED and sees_only_classes(asker()):
        return _received(live_from)
    shown = asked if asked in SHOWN else "all"
    page = announcements_of(current_staff, states=SHOWN[shown], cursor=request.args.get("at"), templates=shown == "templates")
    clock = local_clock(own_zone())
    asleep = asleep_among([row.id for row in page.rows if row.state == AnnouncementState.SENDING])
    return page_or_block(
        LIST,
        "results",
        lines=[_line(row, clock, asleep.get(row.id), is_template=shown == "templates") for row in page.rows],
        shown=shown,
        live_from=live_from,
        chips=_chips(shown),
        hers=url_for(".listing", show=RECEIVED) if sees_only_classes(asker()) else None,
        may_write=role_allows(current_staff.role, Permission.DRAFT_ANNOUNCEMENTS),
        newer=url_for(".listing", show=shown, at=page.previous_cursor) if page.previous_cursor else None,
        older=url_for(".listing", show=shown, at=page.next_cursor) if page.next_cursor else None,
    )


def _received(live_from: int) -> ResponseReturnValue:
    page = announced_to_hers(asker(), request.args.get("at"))
    clock = local_clock(own_zone())
    return page_or_block(
        LIST,
        "results",
        lines=[_line_of_hers(row, clock) for row in page.rows],
        shown=RECEIVED,
        live_from=live_from,
        chips=_chips(RECEIVED),
        may_write=role_allows(asker().role, Permission.DRAFT_ANNOUNCEMENTS),
        newer=url_for(".listing", show=RECEIVED, at=page.previous_cursor) if page.previous_cursor else None,
        older=url_for(".listing", show=RECEIVED, at=page.next_cursor) if page.next_cursor else None,
    )


def _line_of_hers(row: ToHers, clock: LocalClock) -> ListedAnnouncement:
    return ListedAnnouncement(
        row.id,
        row.title or _("Without a title"),
        " · ".join([row.school or _("The whole district"), by_system(row.author, row.system)]),
        state_label(row.state),
        clock.full(row.at),
        [(channel_name(channel), channel_glyph(channel)) for channel in row.channels],
        _("%(reached)s of %(all)s families of yours reached", reached=numeral(row.reached), all=numeral(row.families)),
        row.category == "emergency",
        of_hers=True,
        is_moving=row.state in SHOWN["running"],
    )


def _chips(shown: str) -> list[tuple[str, str, bool, int | None]]:
    names = {
        "all": _("Yours") if sees_only_classes(asker()) else _("All"),
        "drafts": _("Drafts"),
        "scheduled": _("Scheduled"),
        "running": _("Running"),
        "past": _("Past"),
        "templates": _("Templates"),
    }
    counts: dict[str, int] = {}
    if sees_only_classes(asker()):
        names[RECEIVED] = _("To your families")
    if role_allows(current_staff.role, Permission.APPROVE_ANNOUNCEMENTS):
        names["approvals"] = _("To approve")
        counts["approvals"] = waiting_for_approval(current_staff)
    return [(text, url_for(".listing", show=None if key == "all" else key), key == shown, counts.get(key)) for key, text in names.items()]


def _line(row: AnnouncementRow, clock: LocalClock, asleep: Asleep | None, *, is_template: bool) -> ListedAnnouncement:
    return ListedAnnouncement(
        row.id,
        row.title or _("Without a title"),
        " · ".join(filter(None, [_kind(row), _to_whom(row), by_system(row.author, row.system)])),
        Label(_("Template"), "", "template") if is_template else _state(row, asleep),
        _("Goes out from %(when)s on", when=clock.full(asleep.until)) if asleep is not None and asleep.is_all else _when(row, clock),
        [(channel_name(channel), channel_glyph(channel)) for channel in row.channels],
        _numbers(row, asleep),
        row.category == "emergency",
        note=_note(row),
        is_moving=row.state in SHOWN["running"] or _begins_at_once(row),
    )


def _to_whom(row: AnnouncementRow) -> str:
    """The numbers that a program gave; otherwise whose announcement it is."""
    if row.numbers is not None:
        return list_named("", row.numbers)
    return row.school or _("The whole district")


def _kind(row: AnnouncementRow) -> str:
    """What tells it from the one that it was made from, which has the same title."""
    if row.is_step:
        return _("Next way")
    known: dict[str, str] = {
        Again.REACHED: _("Correction"),
        Again.CORRECTED: _("Correction"),
        Again.LEFT_OUT: _("To whom it was stopped for"),
        Again.FAILED: _("Sent again to who was not reached"),
        Again.UNREACHED: _("Sent again to who was not reached"),
        Again.UNCONFIRMED: _("Sent again to make sure"),
        Again.SILENT: _("Reminder"),
        Again.UNANSWERED: _("Reminder"),
    }
    return known.get(row.again or "", "")


def _state(row: AnnouncementRow, asleep: Asleep | None) -> Label:
    """What begins within the minute in which it can be stopped is not scheduled for anybody who looks."""
    if asleep is not None and asleep.is_all:
        return held_label()
    if _begins_at_once(row):
        return state_label(AnnouncementState.PREPARING)
    return state_label(row.state, is_back=row.returned_because is not None)


def _begins_at_once(row: AnnouncementRow) -> bool:
    return row.state == AnnouncementState.SCHEDULED and row.scheduled_for is not None and row.scheduled_for <= now() + ABOUT_TO


def _note(row: AnnouncementRow) -> str:
    if row.state != AnnouncementState.DRAFT or row.returned_because is None:
        return ""
    words = why_back(row.returned_because)
    if row.returned_by is None:
        return words
    return _("%(name)s: “%(words)s”", name=row.returned_by, words=words) if words else row.returned_by


def _when(row: AnnouncementRow, clock: LocalClock) -> str:
    if row.state == AnnouncementState.DRAFT:
        return str(_("Saved %(when)s", when=clock.full(row.listed_at)))
    if row.state in SHOWN["scheduled"] and row.scheduled_for is not None:
        return str(_("For %(when)s", when=clock.full(row.scheduled_for)))
    if row.state == AnnouncementState.AWAITING_APPROVAL:
        return str(_("Asked %(when)s", when=clock.full(row.listed_at)))
    if row.state == AnnouncementState.CANCELLED:
        return str(_("Called off %(when)s", when=clock.full(row.listed_at)))
    return clock.full(row.listed_at)


def _numbers(row: AnnouncementRow, asleep: Asleep | None) -> str:
    if not row.total:
        return ""
    if row.families is not None and (fates := Fates.read(row.families)).families:
        return in_words(fates, is_held=asleep is not None and asleep.is_all)
    delivered, total = numeral(row.delivered), numeral(row.total)
    parts = [_("%(delivered)s of %(total)s messages delivered", delivered=delivered, total=total)]
    if row.sent:
        parts.append(_("%(n)s sent, not confirmed", n=numeral(row.sent)))
    if row.failed:
        parts.append(_("%(n)s failed", n=numeral(row.failed)))
    return ", ".join(parts)
