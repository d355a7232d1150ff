"""To who writes something else than a choice: once, how to answer. The text that says so is also what is known of them."""

from sqlalchemy import ColumnElement, exists, select

from app.announcements.asking_words import how_to_reply
from app.announcements.models import AnnouncementRecipient
from app.announcements.queries.asked import AskedOne
from app.announcements.recipients_again import OWNER
from app.carrier.models import InboundText
from app.conversations.service import keyword_replies
from app.core.clock import now
from app.core.database import db
from app.delivery import service as delivery
from app.delivery.models import Delivery, Priority
from app.directory.models import PhoneNumber
from app.surveys import service
from app.surveys.models import Survey
from app.surveys.words import Said, say

HINT_OWNER = "survey_hint"
"""Whose deliveries these are; their `owner_id` is the recipient of the question."""


def give(one: AskedOne, inbound: InboundText, number: PhoneNumber, *, language: str, speaker: str) -> None:
    """Say how to answer, where the question is the last that this phone got from us, is open, and was not answered by them.

    The text itself stays an ordinary one, which somebody reads. Belongs into the transaction that takes it in.
    """
    survey = db.session.get(Survey, one.survey_id, populate_existing=True)
    if survey is None or survey.closes_at <= now() or keyword_replies.understand(inbound, number) is not None:
        return
    last = db.session.execute(
        select(Delivery.owner_kind, Delivery.owner_id)
        .where(Delivery.district_id == number.district_id, Delivery.address == inbound.sender, Delivery.phone_number_id == number.id)
        .order_by(Delivery.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or tuple(last) != (OWNER, one.recipient.id) or service.own_answer(one) is not None:
        return
    how = how_to_reply(one.wording(), language)
    delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=number.district_id, owner_kind=HINT_OWNER, owner_id=one.recipient.id,
            body=say(Said.UNCOUNTED, language, school=speaker, choice=how, ends=False),
            recipients=(delivery.Recipient(inbound.sender, number.id, one.contact_point_id),),
            priority=Priority.HIGH, is_reply=True,
        )
    )  # fmt: skip


def got_one() -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient` that they wrote something that could not be counted."""
    return exists().where(Delivery.owner_kind == HINT_OWNER, Delivery.owner_id == AnnouncementRecipient.id)
