"""Tells browsers that answers came: one thread of each worker process, at most once a second for each survey, however many answer."""

from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app
from sqlalchemy import ColumnElement, or_, select, text, update

from app.announcements import family_counts
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion
from app.surveys.events import SurveyAnswered, SurveyProgressed
from app.surveys.models import UNTOLD, Survey

BETWEEN = timedelta(seconds=1)


def turn() -> float:
    """Tell of what moved; returns in how many seconds to come again."""
    moment = now()
    untold = db.session.execute(select(Survey.announcement_id, Survey.district_id, _is_due(moment)).where(text(UNTOLD))).all()
    release_connection()
    for survey_id, district_id, is_due in untold:
        if not is_due:
            continue
        with transaction():  # by itself: what begins to be sent holds its announcement and wants the survey
            family_counts.moved(survey_id)  # who answers was reached, whatever the network said
        with transaction() as events:
            told = db.session.scalar(
                update(Survey)
                .where(Survey.announcement_id == survey_id, _is_due(moment))
                .values(told_at=now())
                .returning(Survey.announcement_id)
                .execution_options(synchronize_session=False)
            )
            if told is not None:
                events.append(SurveyProgressed(district_id, survey_id))
    return BETWEEN.total_seconds() if untold else LONGEST_SLEEP


def _is_due(moment: datetime) -> ColumnElement[bool]:
    return or_(Survey.told_at.is_(None), Survey.told_at <= moment - BETWEEN)


teller = Companion("surveys-teller", turn)


@job(queue="messages")
def wake_teller() -> None:
    """Answers came: have this worker look."""
    teller.wake_here(current_app)


teller_bell = Bell(teller.wake_here, wake_teller, fewest_between=1.0)


@on(SurveyAnswered)
def wake(_fact: SurveyAnswered) -> None:
    """Have browsers hear of it promptly."""
    teller_bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
