"""Who answered what."""

from sqlalchemy import ColumnElement, exists, select

from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries_asked import survey_of
from app.core.database import db
from app.surveys.models import Survey, SurveyAnswer
from app.surveys.units import unit_column


def answered(announcement_id: int) -> ColumnElement[bool] | None:
    """The condition on `AnnouncementRecipient`: whether the person's, or the family's, answer is there. None where nothing was asked."""
    announcement = db.session.get(Announcement, announcement_id)
    survey_id = survey_of(announcement) if announcement is not None else None
    survey = db.session.scalar(select(Survey).where(Survey.announcement_id == survey_id)) if survey_id is not None else None
    if survey is None:
        return None
    return exists().where(
        SurveyAnswer.survey_id == survey.announcement_id, SurveyAnswer.unit == unit_column(AnnouncementRecipient, survey.per)
    )
