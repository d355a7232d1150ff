"""What was announced to a family, among everything else that was with them."""

from collections.abc import Collection
from datetime import datetime

from app.accounts.behind import by_system
from app.accounts.current import own_zone
from app.accounts.models import Staff
from app.announcements.answer_codes import without_links
from app.announcements.models import Channel
from app.announcements.queries import ways_to
from app.announcements.queries.of_class import ways_to_hers
from app.announcements.queries.of_family import Announced, announced_to, number_announced_to
from app.announcements.views.report_rows import lines
from app.announcements.views.texts_shown import link_words
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.directory.timeline import Moment, MomentKind, Share, Wanted

OVER = {None: None, MomentKind.ANNOUNCEMENT: None, MomentKind.CALL: Channel.VOICE}
"""What of an announcement is of the kinds that are looked for."""


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest announcements to these adults, with the fate of each; the way to the report, or to what a teacher sees of it."""
    if wanted.kind not in OVER:
        return []
    over = OVER[wanted.kind]
    found = announced_to(
        staff, wanted.guardian_ids, channel=over, words=wanted.words, before_id=wanted.before_id, limit=wanted.limit
    )  # fmt: skip
    ids = [each.id for each in found]
    ways = ways_to(staff, ids) | ways_to_hers(staff, ids) if found else {}
    clock = local_clock(own_zone())
    return [_moment(each, ways.get(each.id), clock, called=over is not None) for each in found]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many there are, and when the first was."""
    return number_announced_to(staff, guardian_ids)


def _moment(one: Announced, href: str | None, clock: LocalClock, *, called: bool) -> Moment:
    title = one.title or _("Announcement")
    said = _("Call of the announcement “%(title)s” by %(who)s") if called else _("Announcement “%(title)s” by %(who)s")
    return Moment(
        one.id,
        one.at,
        MomentKind.ANNOUNCEMENT,
        one.author,
        said % {"title": title, "who": by_system(one.author, one.system)},
        "phone" if called else "speakerphone",
        "call" if called else "announce",
        quote="" if called else without_links(one.words, link_words()),
        quote_language=one.language,
        href=href,
        shares=[Share(line.name, [(state.text, state.tone, state.glyph) for state in line.states]) for line in lines(one.contacts, clock)],
    )
