"""What was sent on from an announcement, in words for its report, and the buttons for who is left."""

from dataclasses import dataclass

from app.accounts.models import Staff
from app.announcements.audience import Again
from app.announcements.counts import ChannelCounts, Counts
from app.announcements.models import Announcement, AnnouncementState, Channel
from app.announcements.momentary import LARGE, for_a_moment
from app.announcements.queries.further import BEFORE, Further, left_for, made_from
from app.announcements.recipients_again import EXACT
from app.announcements.views.words import Label, copies, listed, state_label
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import numeral

ABOUT_TO = (AnnouncementState.SCHEDULED, AnnouncementState.PREPARING)


@dataclass(frozen=True, slots=True)
class Sent:
    """One line: what it was, when, and what became of it."""

    id: int
    title: str
    words: str
    state: Label
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Onward:
    """What was sent on, and for how many another try would be now."""

    sent: list[Sent]
    failed: int
    left_out: int
    left_out_elsewhere: int
    """How many of these have it another way."""
    has_rest: bool
    """Whether anybody is left whom it has not reached over any channel; taken for granted of a large one."""


def onward(staff: Staff, announcement: Announcement, counts: Counts, clock: LocalClock) -> Onward:
    """For an announcement that began."""
    together = counts.together
    failed = left_out = elsewhere = 0
    if together.failed or together.blocked:
        failed = for_a_moment(f"failed {staff.id}", announcement, lambda: left_for(staff, announcement, Again.FAILED))
    if together.cancelled or (announcement.state == AnnouncementState.HALTED and together.waiting):
        left_out = for_a_moment(f"left out {staff.id}", announcement, lambda: left_for(staff, announcement, Again.LEFT_OUT))
    sent = made_from(staff, announcement)
    if any(one.which in EXACT and one.state in ABOUT_TO for one in sent):
        left_out = 0  # whom the correction is for it knows in a moment
    if left_out and len(announcement.channels) > 1:
        of_these = for_a_moment(
            f"left out unreached {staff.id}", announcement, lambda: left_for(staff, announcement, Again.LEFT_OUT, Again.UNREACHED)
        )
        elsewhere = max(0, left_out - of_these)
    is_small = announcement.is_expanded and together.total + sum(together.skipped.values()) < LARGE
    has_rest = not is_small or left_for(staff, announcement, Again.UNREACHED) > 0
    return Onward([_sent(one, clock) for one in sent], failed, left_out, elsewhere, has_rest)


def _sent(one: Further, clock: LocalClock) -> Sent:
    is_draft = one.state == AnnouncementState.DRAFT
    label = state_label(one.state)
    if one.state in BEFORE:
        return Sent(one.id, _kind(one.which), clock.full(one.at), label, is_draft and one.is_mine)
    found = [
        f"{copies(name, one.counts.channels[name].total)}: {how_far(one.counts.channels[name], name)}"
        for name in Channel
        if name in one.counts.channels and one.counts.channels[name].total
    ]
    words = listed(found) if found else _("Nobody could be written to")
    return Sent(one.id, _kind(one.which), f"{clock.full(one.at)} · {words}", label, is_draft=False)


def how_far(one: ChannelCounts, channel: str, *, held: int = 0) -> str:
    """The copies of one channel, in parts that add up to all of them; `held` of those that wait do so for the morning."""
    is_call, sent = channel == Channel.VOICE, numeral(one.sent)
    parts = [
        (one.delivered, _("%(n)s delivered", n=numeral(one.delivered))),
        (one.sent, _("%(n)s ringing or speaking", n=sent) if is_call else _("%(n)s sent, not confirmed", n=sent)),
        (one.handed_over, _("%(n)s on their way", n=numeral(one.handed_over))),
        (held, _("%(n)s held for the night", n=numeral(held))),
        (one.waiting - held, _("%(n)s in the queue", n=numeral(one.waiting - held))),
        (one.failed, _("%(n)s failed", n=numeral(one.failed))),
        (one.blocked, _("%(n)s skipped at the last moment", n=numeral(one.blocked))),
        (one.cancelled, _("%(n)s stopped before sending", n=numeral(one.cancelled))),
    ]
    return ", ".join(words for number, words in parts if number)


def _kind(which: Again) -> str:
    return {
        Again.REACHED: _("Correction"),
        Again.CORRECTED: _("Correction"),
        Again.LEFT_OUT: _("Sent to those it was stopped for"),
        Again.FAILED: _("Sent again to those it failed for"),
        Again.UNREACHED: _("Sent to those it had not reached"),
        Again.UNCONFIRMED: _("Sent to make sure"),
        Again.UNANSWERED: _("Reminder"),
        Again.SILENT: _("Reminder"),
    }[which]
