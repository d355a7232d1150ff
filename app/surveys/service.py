"""What can be done with surveys. Answers come late, twice and from several people of one family: the row decides, not the caller."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.asking import MOST_DAYS, Per
from app.announcements.errors import MayNotDraft
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.asked import AskedOne
from app.core.clock import now
from app.core.database import db, transaction
from app.surveys.errors import ClosesTooLate, NoSuchChoice, SurveyMoved
from app.surveys.events import SurveyAnswered
from app.surveys.models import Survey, SurveyAnswer
from app.surveys.units import unit_of


class Taken(StrEnum):
    """What became of an answer."""

    NOTED = "noted"
    CHANGED = "changed"
    SAME = "same"
    """It says what was said before."""
    FIXED = "fixed"
    """Another one was given before, and only the first counts."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an answer, and the choice that its giver hears of; None where it does not count."""

    taken: Taken
    choice: int | None


def answer(one: AskedOne, choice: int, channel: str) -> Answer:
    """Have `one` answer with a choice (from 1 on) by sms, voice or web. Raises NoSuchChoice."""
    if not 1 <= choice <= one.asked.size:
        raise NoSuchChoice
    with transaction() as events:
        moment = now()
        survey = db.session.scalar(
            select(Survey)
            .where(Survey.announcement_id == one.survey_id, Survey.district_id == one.district_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if survey is None:
            return Answer(Taken.CLOSED, None)
        unit = unit_of(one.recipient, survey.per)
        before = db.session.scalar(
            select(SurveyAnswer)
            .where(SurveyAnswer.survey_id == survey.announcement_id, SurveyAnswer.unit == unit)
            .execution_options(populate_existing=True)
        )
        own = before is not None and _is_same_person(before.recipient_id, one.recipient)
        taken = Answer(Taken.CHANGED if own else Taken.NOTED, choice)
        if before is not None and before.choice == choice and own:
            return Answer(Taken.SAME, choice)
        if survey.closes_at <= moment:
            return Answer(Taken.CLOSED, None)
        if before is None:
            db.session.add(
                SurveyAnswer(
                    survey_id=survey.announcement_id, unit=unit, recipient_id=one.recipient.id, choice=choice, channel=channel,
                    first_at=moment, answered_at=moment,
                )
            )  # fmt: skip
        elif before.choice == choice or not survey.may_change:
            if before.choice != choice:
                taken = Answer(Taken.FIXED, None)
            if own or not _stands_beside(before, one.recipient, choice):
                return taken  # another parent says the same: nothing changes, and thanks are due
        else:
            _replace(before, one, choice, own=own)
            before.channel, before.answered_at = channel, moment
        survey.changed_at = moment
        events.append(SurveyAnswered(survey.district_id, survey.announcement_id))
    return taken


def _stands_beside(before: SurveyAnswer, recipient: AnnouncementRecipient, choice: int) -> bool:
    """Keep what another adult says beside the answer that counts, or let who differed agree. Returns whether that is news.

    Who agrees speaks for nobody else: what a third one said stays.
    """
    if choice == before.other_choice:
        return False
    if choice != before.choice:
        before.other_choice, before.other_recipient_id = choice, recipient.id
        return True
    if before.other_recipient_id is None or not _is_same_person(before.other_recipient_id, recipient):
        return False
    before.other_choice = before.other_recipient_id = None
    return True


def _replace(before: SurveyAnswer, one: AskedOne, choice: int, *, own: bool) -> None:
    """Let `one` speak for the family; what another of its adults said stays beside it where it differs."""
    if not own:
        before.other_choice, before.other_recipient_id = before.choice, before.recipient_id
    elif before.other_choice == choice:
        before.other_choice = before.other_recipient_id = None
    before.choice, before.recipient_id = choice, one.recipient.id


def own_answer(one: AskedOne) -> int | None:
    """What this person answered; nobody is told what somebody else of the family did."""
    survey = db.session.get(Survey, one.survey_id)
    if survey is None:
        return None
    found = db.session.scalar(
        select(SurveyAnswer).where(SurveyAnswer.survey_id == one.survey_id, SurveyAnswer.unit == unit_of(one.recipient, survey.per))
    )
    return found.choice if found is not None and _is_same_person(found.recipient_id, one.recipient) else None


def _is_same_person(recipient_id: int, recipient: AnnouncementRecipient) -> bool:
    """Who is asked again has another row."""
    if recipient_id == recipient.id:
        return True
    who = db.session.get(AnnouncementRecipient, recipient_id)
    return who is not None and unit_of(who, Per.PERSON) == unit_of(recipient, Per.PERSON)


def close(staff: Staff, survey_id: int, *, closes_at: datetime) -> None:
    """Take no more answers from now on; `closes_at` is when it would have closed. Raises SurveyMoved, MayNotDraft, NotVisible."""
    _move(staff, survey_id, closes_at, now(), "survey.closed")


def keep_open(staff: Staff, survey_id: int, *, closes_at: datetime, until: datetime) -> None:
    """Take answers until another time. Raises ClosesTooLate, SurveyMoved, MayNotDraft, NotVisible."""
    if not now() < until <= now() + timedelta(days=MOST_DAYS):
        raise ClosesTooLate
    _move(staff, survey_id, closes_at, until, "survey.kept_open")


def note_export(staff: Staff, survey_id: int) -> Announcement:
    """Write down that somebody takes the answers along. Raises NotVisible."""
    with transaction():
        announcement = announcement_visible_to(staff, survey_id)
        audit("survey.exported", announcement, {"title": announcement.title}, by=staff)
    return announcement_visible_to(staff, survey_id)


def _move(staff: Staff, survey_id: int, before: datetime, after: datetime, said: str) -> None:
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    with transaction() as events:
        announcement = announcement_visible_to(staff, survey_id)
        moved = db.session.scalar(
            update(Survey)
            .where(Survey.announcement_id == survey_id, Survey.district_id == staff.district_id, Survey.closes_at == before)
            .values(closes_at=after, changed_at=now())
            .returning(Survey.announcement_id)
            .execution_options(synchronize_session=False)
        )
        if moved is None:
            raise SurveyMoved
        audit(said, announcement, {"title": announcement.title}, by=staff)
        events.append(SurveyAnswered(announcement.district_id, survey_id))
