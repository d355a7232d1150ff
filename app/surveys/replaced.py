"""To an adult whose answer no longer counts, because another one of the family answered later: that this is so, and not what."""

from sqlalchemy import select

from app.announcements.models import AnnouncementRecipient, Channel
from app.announcements.queries.asked import asked_recipient
from app.announcements.recipients_again import OWNER
from app.core.database import db
from app.delivery import service as delivery
from app.delivery.models import Delivery, Priority
from app.surveys.readers import read_by, speaker_of
from app.surveys.words import Said, say

REPLACED_OWNER = "survey_replaced"
"""Whose deliveries these are; their `owner_id` is the recipient of the question."""


def tell(overruled: AnnouncementRecipient) -> None:
    """Write once to the phone that was asked by text; by no other way. It is no answer to anything, so the night holds it.

    Two who overrule each other again and again are not told each time.

    Belongs into the transaction in which the other answer is taken.
    """
    one = asked_recipient(overruled.id)
    if one is None or overruled.channel != Channel.SMS or _is_told(overruled.id):
        return
    sent = db.session.execute(
        select(Delivery.address, Delivery.phone_number_id)
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == overruled.id, Delivery.phone_number_id.is_not(None))
        .order_by(Delivery.id.desc())
        .limit(1)
    ).one_or_none()
    if sent is None:
        return
    delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=one.district_id, owner_kind=REPLACED_OWNER, owner_id=overruled.id,
            body=say(Said.REPLACED, read_by(one), school=speaker_of(one), choice=""),
            recipients=(delivery.Recipient(sent.address, sent.phone_number_id, one.contact_point_id),), priority=Priority.HIGH,
        )
    )  # fmt: skip


def _is_told(recipient_id: int) -> bool:
    told = select(Delivery.id).where(Delivery.owner_kind == REPLACED_OWNER, Delivery.owner_id == recipient_id)
    return db.session.scalar(told.limit(1)) is not None
