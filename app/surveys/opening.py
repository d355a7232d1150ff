"""A question is open from the moment on at which its announcement goes out: written down in that very commit."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.announcements import asking
from app.announcements.asking import USUAL_DAYS
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries.asked import opens_again
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.surveys.models import Survey

AT_LEAST = timedelta(days=2)
"""For those who are reminded."""


def closes_at(announcement_id: int) -> datetime | None:
    """When the question of an announcement closes, or closed; None where it did not begin."""
    return db.session.scalar(select(Survey.closes_at).where(Survey.announcement_id == announcement_id))


@within(AnnouncementChanged)
def open_survey(fact: AnnouncementChanged) -> None:
    """Take answers to what begins to be sent. A reminder keeps its question open for two days at least.

    What is only sent again opens a closed one where somebody chose that.
    """
    if fact.state != AnnouncementState.SENDING:
        return
    announcement = db.session.get(Announcement, fact.announcement_id)
    asked = asking.of(announcement.asks) if announcement is not None else None
    if announcement is None or asked is None or _has_left(announcement):
        return
    moment = now()
    survey_id = announcement.survey_of_id or announcement.id
    survey = db.session.scalar(select(Survey).where(Survey.announcement_id == survey_id).with_for_update())
    if survey is None:
        closes_at = asked.closes_at or moment + timedelta(days=USUAL_DAYS)
        db.session.add(
            Survey(
                announcement_id=survey_id, district_id=announcement.district_id, per=asked.per, may_change=asked.may_change,
                opened_at=moment, closes_at=max(closes_at, moment + timedelta(hours=1)),
            )
        )  # fmt: skip
    elif announcement.survey_of_id is not None and (survey.closes_at > moment or opens_again(announcement)):
        survey.closes_at = max(survey.closes_at, moment + AT_LEAST)


def _has_left(announcement: Announcement) -> bool:
    """Whether it only goes on after a pause."""
    return announcement.fed_through >= (announcement.first_recipient_id or 0)
