"""From the recipients into the outbox: a little ahead of the pace and no more, so that stopping is quick and single texts never wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.announcements import sharing, tokens
from app.announcements.answer_codes import SAMPLE
from app.announcements.canary import PATIENCE, SILENCE, Canary
from app.announcements.channels import SenderPool, adapter
from app.announcements.counts import counts_of
from app.announcements.events import AnnouncementChanged
from app.announcements.feeding_words import fill_in, share
from app.announcements.held import held_announcement
from app.announcements.models import (
    Announcement,
    AnnouncementReach,
    AnnouncementRecipient,
    AnnouncementState,
    Category,
    Outcome,
)
from app.announcements.recipients_again import OWNER, is_of
from app.announcements.service.running import BY_SILENCE, BY_THE_CANARY, WITHOUT_SENDER
from app.announcements.sweeping import deliveries_of
from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.delivery.service import bulk
from app.delivery.service.bulk import Bulk

SECONDS_AHEAD = 4
FEWEST_AHEAD, MOST_AHEAD = 64, 6_000
PER_NUMBER = 16
"""Addresses fall on the numbers by chance: so many for each keep all of them busy."""
WITH_FIELDS = 500
"""Texts that are filled in for one commit."""
SOON = 0.2
AHEAD = 0.5
"""The same while there is no room: there is when a quarter of what is ahead has left, which takes a second."""


def feed(announcement_id: int) -> float | None:
    """Put the next recipients into the outbox, if there is room. Seconds until the next look; None when there is nothing to do.

    Looks first, which holds up nobody; the commit is only for what there is to write.
    """
    moment = now()
    by_index()
    announcement = db.session.get(Announcement, announcement_id, populate_existing=True)
    if announcement is None or not _has_work(announcement, moment):
        is_on_its_way = announcement is not None and not announcement.is_fed and announcement.canary_until is None
        release_connection()
        return AHEAD if is_on_its_way else SOON
    release_connection()
    with transaction():
        by_index()
        announcement = held_announcement(announcement_id, AnnouncementState.SENDING)
        if announcement is None:
            return None
        for name in announcement.channels:  # first: the first few themselves may have been put aside
            bulk.let_go_on(adapter(name).waiting, deliveries_of(announcement), MOST_AHEAD)
        pause = _judge_canary(announcement, moment)
        if pause is not None:
            return pause
        if announcement.is_fed:
            return _finish(announcement, moment)
        return _feed_some(announcement, moment)


def _has_work(announcement: Announcement, moment: datetime) -> bool:
    """Whether a commit would change anything: rather no than to write for nothing."""
    canary = Canary.of(announcement)
    if canary is not None and announcement.canary_until is not None:
        is_over = moment >= announcement.canary_until
        return is_over or canary.verdict(counts_of(announcement.id), is_over=False) is not None or _is_aside(announcement)
    if announcement.is_fed:
        return counts_of(announcement.id).waiting <= 0 or _is_aside(announcement)
    rooms, pools = _room(announcement, moment)
    return canary is not None or not rooms or not pools or any(rooms.values())


def _is_aside(announcement: Announcement) -> bool:
    """Whether any of it was put aside while it was paused."""
    return any(bulk.is_aside(adapter(name).waiting, deliveries_of(announcement)) for name in announcement.channels)


def _feed_some(announcement: Announcement, moment: datetime) -> float:
    """Every channel at its own pace: calls do not wait until the texts are out, and the first few try each of them."""
    rooms, pools = _room(announcement, moment)
    if not rooms:
        announcement.is_fed = True
        return 0.0
    if not pools:  # whoever has a sender was fed first
        return _pause(announcement, WITHOUT_SENDER)
    canary = Canary.of(announcement)
    if canary is not None:
        rooms = dict.fromkeys(pools, canary.of_each(len(pools)))
    if not any(rooms.values()):
        return SOON
    is_few = sharing.is_few(announcement) if canary is None else canary.size <= sharing.FEW
    due_at = moment - sharing.head_start(announcement, is_few=is_few)
    load = Bulk(announcement.district_id, OWNER, announcement.category == Category.EMERGENCY, due_at)
    through = announcement.fed_by_channel or dict.fromkeys(announcement.channels, announcement.fed_through)
    announcement.fed_by_channel = through | {
        name: _feed_channel(announcement, load, pools[name], name, room, is_first=canary is not None)
        for name, room in rooms.items()
        if room > 0
    }
    announcement.fed_through = max(announcement.fed_by_channel.values())
    if canary is not None:
        announcement.canary_until = moment + canary.patience(min(pool.per_second for pool in pools.values()))
    return SOON


def _feed_channel(announcement: Announcement, load: Bulk, pool: SenderPool, name: str, room: int, *, is_first: bool) -> int:
    """The next of one channel. Returns the last recipient who is looked through."""
    texts = [text for text in announcement.texts if text.channel == name]
    has_fields = any(tokens.has_fields(text.subject + text.sent) or SAMPLE in text.tail for text in texts)
    upto = db.session.scalar(_upto(announcement, name, min(room, WITH_FIELDS) if has_fields and not is_first else room))
    if upto is None:
        return announcement.last_recipient_id or 0
    if has_fields:
        fill_in(announcement, load, texts, pool, upto)
    else:
        bulk.feed_from(load, share(announcement, texts, pool, upto))
    return int(upto)


def _room(announcement: Announcement, moment: datetime) -> tuple[dict[str, int], dict[str, SenderPool]]:
    """How many more the outbox takes over each channel that has some left, and their pools; none while nobody speaks there.

    What goes ahead of others does not ask what these have there already; several that are large have a part each.
    """
    left = [name for name in announcement.channels if announcement.fed_to(name) < (announcement.last_recipient_id or 0)]
    rooms, pools = dict.fromkeys(left, 0), {}
    goes_ahead = sharing.goes_ahead(announcement, is_few=sharing.is_few(announcement))
    others = 0 if goes_ahead else len(sharing.rivals(announcement))
    own = deliveries_of(announcement) if goes_ahead or others else None
    for name in left:
        pool = adapter(name).pool(announcement)
        if pool is None:
            continue
        pools[name] = pool
        wanted = max(FEWEST_AHEAD, PER_NUMBER * len(pool.number_ids), int(pool.per_second * SECONDS_AHEAD))
        wanted = -(-min(wanted, MOST_AHEAD) // (1 + others))
        free = wanted - bulk.ahead(adapter(name).waiting, pool.number_ids, moment, wanted, own)
        rooms[name] = min(free, MOST_AHEAD // len(left)) if free * 4 >= wanted else 0  # rather some hundreds at once than one at a time
    return rooms, pools


def _upto(announcement: Announcement, channel: str, many: int) -> Select[Any]:
    """With whom the next `many` recipients end. By id, which is how they were written down."""
    found = (
        select(AnnouncementRecipient.id)
        .where(
            AnnouncementRecipient.id > announcement.fed_to(channel),
            AnnouncementRecipient.id <= (announcement.last_recipient_id or 0),
            is_of(announcement.id),
            AnnouncementRecipient.channel == channel,
            AnnouncementRecipient.reason.is_(None),
        )
        .order_by(AnnouncementRecipient.id)
        .limit(many)
        .subquery()
    )
    return select(func.max(found.c.id))


def _judge_canary(announcement: Announcement, moment: datetime) -> float | None:
    """None when everybody may follow; otherwise how long the first ones are still awaited, or what they led to."""
    if announcement.canary_until is None or announcement.canary_passed:
        return None
    canary = Canary.of(announcement)
    if canary is None:
        return None
    is_over = moment >= announcement.canary_until
    verdict = canary.verdict(counts_of(announcement.id), is_over=is_over)
    if verdict:
        announcement.canary_passed, announcement.canary_until = True, None
        return None
    if verdict is False:
        return _pause(announcement, BY_THE_CANARY)
    if is_over and _is_silent(announcement, moment):
        return _pause(announcement, BY_SILENCE)
    if is_over:
        announcement.canary_until = moment + PATIENCE
    return SOON


def _is_silent(announcement: Announcement, moment: datetime) -> bool:
    """Whether all of the first few left long ago. Who sleeps, or is tried again, waits in the outbox meanwhile."""
    if any(bulk.is_waiting(adapter(name).waiting, deliveries_of(announcement)) for name in announcement.channels):
        return False
    left = select(func.max(AnnouncementReach.minute)).where(
        AnnouncementReach.announcement_id == announcement.id, AnnouncementReach.outcome == Outcome.HANDED_OVER
    )
    last = db.session.scalar(left)
    return last is not None and last + SILENCE < moment


def _pause(announcement: Announcement, because: str) -> float:
    """Until somebody lets it go on."""
    announcement.state, announcement.paused_because = AnnouncementState.PAUSED, because
    announcement.version += 1
    open_events().append(AnnouncementChanged(announcement.district_id, announcement.id, announcement.state, announcement.version))
    return 0.0


def _finish(announcement: Announcement, moment: datetime) -> float | None:
    """All were fed: it is finished as soon as all were handed over."""
    if counts_of(announcement.id).waiting > 0:
        return SOON
    announcement.state, announcement.finished_at = AnnouncementState.FINISHED, moment
    announcement.version += 1
    open_events().append(AnnouncementChanged(announcement.district_id, announcement.id, announcement.state, announcement.version))
    return None
