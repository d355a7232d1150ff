"""From the recipients into the outbox: a little ahead of the pace and no more, so that stopping is quick and single texts never wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, SmallInteger, and_, case, cast, func, select, update

from app.accounts.models import Staff
from app.announcements import tokens
from app.announcements.answer_codes import SAMPLE, for_recipient
from app.announcements.canary import PATIENCE, SILENCE, Canary
from app.announcements.channels import SenderPool, adapter
from app.announcements.counts import counts_of
from app.announcements.events import AnnouncementChanged
from app.announcements.held import held_announcement
from app.announcements.models import (
    Announcement,
    AnnouncementCount,
    AnnouncementReach,
    AnnouncementRecipient,
    AnnouncementState,
    AnnouncementText,
    Category,
    Outcome,
    SkipReason,
)
from app.announcements.recipients_again import OWNER, is_of
from app.announcements.service.running import BY_SILENCE, BY_THE_CANARY, WITHOUT_SENDER
from app.announcements.speakers import number_of
from app.announcements.sweeping import deliveries_of
from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.core.merge_fields import render
from app.delivery.service import bulk
from app.delivery.service.bulk import Bulk
from app.directory.models import District

SECONDS_AHEAD = 4
FEWEST_AHEAD, MOST_AHEAD = 64, 6_000
PER_NUMBER = 16
"""Addresses fall on the numbers by chance: so many for each keep all of them busy."""
WITH_FIELDS = 500
"""Texts that are filled in for one commit."""
SOON = 0.2


def feed(announcement_id: int) -> float | None:
    """Put the next recipients into the outbox, if there is room. Seconds until the next look; None when there is nothing to do.

    Looks first, which holds up nobody; the commit is only for what there is to write.
    """
    moment = now()
    announcement = db.session.get(Announcement, announcement_id, populate_existing=True)
    if announcement is None or not _has_work(announcement, moment):
        release_connection()
        return SOON
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
    load = Bulk(announcement.district_id, OWNER, announcement.category == Category.EMERGENCY, moment)
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
        _feed_filled(announcement, load, texts, pool, upto)
    else:
        bulk.feed_from(load, _rows(announcement, texts, pool, upto))
    return int(upto)


def _room(announcement: Announcement, moment: datetime) -> tuple[dict[str, int], dict[str, SenderPool]]:
    """How many more the outbox takes over each channel that has some left, and their pools; none while nobody speaks there."""
    left = [name for name in announcement.channels if announcement.fed_to(name) < (announcement.last_recipient_id or 0)]
    rooms, pools = dict.fromkeys(left, 0), {}
    for name in left:
        pool = adapter(name).pool(announcement)
        if pool is None:
            continue
        pools[name] = pool
        wanted = max(FEWEST_AHEAD, PER_NUMBER * len(pool.number_ids), int(pool.per_second * SECONDS_AHEAD))
        wanted = min(wanted, MOST_AHEAD)
        free = wanted - bulk.ahead(adapter(name).waiting, pool.number_ids, moment, wanted)
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


def _next(announcement: Announcement, channel: str, upto: int) -> ColumnElement[bool]:
    return and_(
        AnnouncementRecipient.id > announcement.fed_to(channel),
        AnnouncementRecipient.id <= upto,
        is_of(announcement.id),
        AnnouncementRecipient.channel == channel,
        AnnouncementRecipient.reason.is_(None),
    )


def _rows(announcement: Announcement, texts: Sequence[AnnouncementText], pool: SenderPool, upto: int) -> Select[Any]:
    """What `bulk.feed_from` takes: everybody gets the same words in the same language."""
    recipient = AnnouncementRecipient
    weights = _weights(announcement, texts)
    for text in texts:
        if text.content_id is None:
            text.content_id = bulk.make_content(text.sent, text.media, adapter(text.channel).details(announcement, text, text.subject))
    return select(
        recipient.id.label("owner_id"),
        recipient.contact_point_id,
        number_of(pool).label("phone_number_id"),
        cast(case({text.language: text.content_id for text in texts}, value=recipient.language), BigInteger).label("content_id"),
        case({text.language: _way(text) for text in texts}, value=recipient.language).label("channel"),
        recipient.address,
        cast(case(weights, value=recipient.language), SmallInteger).label("segments"),
    ).where(_next(announcement, texts[0].channel, upto))


def _weights(announcement: Announcement, texts: Sequence[AnnouncementText]) -> dict[str, int]:
    settings = db.session.get_one(District, announcement.district_id).settings
    return {text.language: adapter(text.channel).weigh(text, settings).units for text in texts}


def _way(text: AnnouncementText) -> str:
    return "mms" if text.media and text.channel == "sms" else text.channel


def _feed_filled(announcement: Announcement, load: Bulk, texts: Sequence[AnnouncementText], pool: SenderPool, upto: int) -> None:
    """Everybody gets words of their own. Who lost a value since the confirmation is skipped, and counted so."""
    recipient = AnnouncementRecipient
    query = select(
        recipient.id, recipient.guardian_id, recipient.staff_id, recipient.list_row_id, recipient.student_id, recipient.language,
        recipient.contact_point_id, recipient.address, number_of(pool).label("phone_number_id"),
    ).where(_next(announcement, texts[0].channel, upto)).order_by(recipient.id)  # fmt: skip
    rows = db.session.execute(query).all()
    settings = db.session.get_one(District, announcement.district_id).settings
    values = tokens.Reader(announcement, db.session.get_one(Staff, announcement.author_id)).values(rows)
    by_language = {text.language: text for text in texts}
    lost: list[int] = []
    filled: list[tuple[Any, AnnouncementText, str, str]] = []
    for row in rows:
        text = by_language[row.language]
        rendered, subject = render(text.sent, values[row.id]), render(text.subject, values[row.id])
        if rendered.missing or subject.missing:
            lost.append(row.id)
        else:
            words = for_recipient(rendered.text, row.id) if SAMPLE in text.tail else rendered.text
            filled.append((row, text, subject.text, words))
    for text in texts:
        mine = [(row, subject, words) for row, of, subject, words in filled if of is text]
        if not mine:
            continue
        details = [adapter(text.channel).details(announcement, text, subject) for _, subject, _ in mine]
        contents = bulk.make_contents([words for _, _, words in mine], text.media, details)
        channel, way = adapter(text.channel), _way(text)
        bulk.feed(
            load,
            [
                {
                    "owner_id": row.id, "contact_point_id": row.contact_point_id, "phone_number_id": row.phone_number_id,
                    "content_id": content, "channel": way, "address": row.address,
                    "segments": channel.weigh(AnnouncementText(channel=text.channel, body=words, media=text.media), settings).units,
                }
                for (row, _, words), content in zip(mine, contents, strict=True)
            ],
        )  # fmt: skip
    if lost:
        _skip(announcement, texts[0].channel, lost)


def _skip(announcement: Announcement, channel: str, recipient_ids: list[int]) -> None:
    reason = SkipReason.MISSING_VALUE
    db.session.execute(
        update(AnnouncementRecipient).where(AnnouncementRecipient.id.in_(recipient_ids)).values(reason=reason.value, address=None)
    )
    of = (AnnouncementCount.announcement_id == announcement.id, AnnouncementCount.channel == channel)
    db.session.execute(
        update(AnnouncementCount)
        .where(*of, AnnouncementCount.outcome == Outcome.TOTAL)
        .values(n=AnnouncementCount.n - len(recipient_ids), changed_at=now())
    )
    found = db.session.get(AnnouncementCount, (announcement.id, channel, f"skip:{reason}"))
    if found is None:
        db.session.add(AnnouncementCount(announcement_id=announcement.id, channel=channel, outcome=f"skip:{reason}", n=len(recipient_ids)))
    else:
        found.n += len(recipient_ids)


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
