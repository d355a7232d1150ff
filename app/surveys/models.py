"""What was asked, until when, and who answered what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import BigId
from app.core.database import Model

UNTOLD = "changed_at IS NOT NULL AND (told_at IS NULL OR changed_at > told_at)"
"""Whose numbers moved since browsers heard of them, in SQL: index and query must say it in the same words."""


class Survey(Model):
    """The question of an announcement while families answer it. Its words stand in the announcement, which cannot change any more."""

    __tablename__ = "surveys"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    per: Mapped[str] = mapped_column(String(8))
    may_change: Mapped[bool]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    """When an answer came the last time, or it was closed or opened."""
    told_at: Mapped[datetime | None]
    """When browsers heard of it the last time."""

    __table_args__ = (Index("ix_surveys_untold", "announcement_id", sqlite_where=text(UNTOLD), postgresql_where=text(UNTOLD)),)


class SurveyAnswer(Model):
    """What a family, or a person, answers: one row, whoever of them and however often. It is what counts."""

    __tablename__ = "survey_answers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.announcement_id", ondelete="CASCADE"))
    unit: Mapped[str] = mapped_column(String(24))
    """As `units` writes it: the family, or the person, whose answer it is."""
    recipient_id: Mapped[int] = mapped_column(BigId)
    """Who answered last: a recipient of the announcement, or of one that asked again."""
    choice: Mapped[int] = mapped_column(SmallInteger)
    """From 1 on."""
    channel: Mapped[str] = mapped_column(String(8))
    """sms, voice or web."""
    first_at: Mapped[datetime]
    answered_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("survey_id", "unit"), Index("ix_survey_answers_choice", "survey_id", "choice", "id"))


class AdultsAnswer(Model):
    """What an adult of the family answered whose word does not count, because another one spoke first, or later.

    Who spoke for the family stands in `SurveyAnswer` only. Those who differ are shown to the school; who agrees is kept, too:
    the family may come to another answer without them.
    """

    __tablename__ = "adults_answers"

    answer_id: Mapped[int] = mapped_column(ForeignKey("survey_answers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(String(24), primary_key=True)
    """As `units` writes a person: who is reminded has another recipient."""
    recipient_id: Mapped[int] = mapped_column(BigId)
    choice: Mapped[int] = mapped_column(SmallInteger)
