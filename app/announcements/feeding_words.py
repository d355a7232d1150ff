"""What enters the outbox for each recipient: a text that all of its readers share, or words of their own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, SmallInteger, and_, case, cast, select, update

from app.accounts.models import Staff
from app.announcements import tokens
from app.announcements.answer_codes import SAMPLE, for_recipient
from app.announcements.channels import SenderPool, adapter
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementRecipient, AnnouncementText, Outcome, SkipReason
from app.announcements.recipients_again import is_of
from app.announcements.speakers import number_of
from app.core.clock import now
from app.core.database import db
from app.core.merge_fields import render
from app.delivery.service import bulk
from app.delivery.service.bulk import Bulk
from app.directory.models import District


def _next(announcement: Announcement, channel: str, upto: int) -> ColumnElement[bool]:
    return and_(
        AnnouncementRecipient.id > announcement.fed_to(channel),
        AnnouncementRecipient.id <= upto,
        is_of(announcement.id),
        AnnouncementRecipient.channel == channel,
        AnnouncementRecipient.reason.is_(None),
    )


def share(announcement: Announcement, texts: Sequence[AnnouncementText], pool: SenderPool, upto: int) -> Select[Any]:
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


def fill_in(announcement: Announcement, load: Bulk, texts: Sequence[AnnouncementText], pool: SenderPool, upto: int) -> None:
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
