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
from app.surveys import replaced
from app.surveys.errors import ClosesTooLate, NoSuchChoice, SurveyMoved
from app.surveys.events import SurveyAnswered
from app.surveys.models import AdultsAnswer, Survey, SurveyAnswer
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
            taken = Taken.NOTED
        else:
            differed = _differing(before)
            taken = _answer_again(before, one.recipient, choice, own=own, may_change=survey.may_change)
            if taken in {Taken.NOTED, Taken.CHANGED} and before.recipient_id == one.recipient.id:
                before.channel, before.answered_at = channel, moment
            elif _differing(before) == differed:
                return Answer(taken, choice if taken != Taken.FIXED else None)  # thanks are due, but there is no news
        survey.changed_at = moment
        events.append(SurveyAnswered(survey.district_id, survey.announcement_id))
    return Answer(taken, choice if taken != Taken.FIXED else None)


def _answer_again(before: SurveyAnswer, recipient: AnnouncementRecipient, choice: int, *, own: bool, may_change: bool) -> Taken:
    """Have somebody of a family answer that has an answer. Who is overruled, or agrees, keeps what she said beside it."""
    person = unit_of(recipient, Per.PERSON)
    beside = db.session.get(AdultsAnswer, (before.id, person))
    if before.choice != choice and may_change:
        if beside is not None:
            db.session.delete(beside)
        if not own:
            speaker = db.session.get(AnnouncementRecipient, before.recipient_id)
            if speaker is not None:
                _keep_beside(before, speaker, before.choice)
                replaced.tell(speaker)
        before.choice, before.recipient_id = choice, recipient.id
        return Taken.CHANGED if own else Taken.NOTED
    if own:
        return Taken.FIXED
    repeats = beside is not None and beside.choice == choice
    _keep_beside(before, recipient, choice)
    if before.choice != choice:
        return Taken.FIXED
    return Taken.SAME if repeats else Taken.NOTED


def _keep_beside(before: SurveyAnswer, recipient: AnnouncementRecipient, choice: int) -> None:
    db.session.merge(
        AdultsAnswer(answer_id=before.id, person=unit_of(recipient, Per.PERSON), recipient_id=recipient.id, choice=choice)
    )  # fmt: skip
    db.session.flush()


def _differing(before: SurveyAnswer) -> set[tuple[str, int]]:
    """Who of the family answered otherwise, and what."""
    beside = select(AdultsAnswer.person, AdultsAnswer.choice).where(
        AdultsAnswer.answer_id == before.id, AdultsAnswer.choice != before.choice
    )
    return {(person, choice) for person, choice in db.session.execute(beside)}


def own_answer(one: AskedOne) -> int | None:
    """What this person answered, also where another adult answered otherwise since; nobody is told what somebody else did.

    None where only a first answer counts and hers was not it: nobody is to think that it does.
    """
    survey = db.session.get(Survey, one.survey_id)
    if survey is None:
        return None
    found = db.session.scalar(
        select(SurveyAnswer).where(SurveyAnswer.survey_id == one.survey_id, SurveyAnswer.unit == unit_of(one.recipient, survey.per))
    )
    if found is None or _is_same_person(found.recipient_id, one.recipient):
        return found.choice if found is not None else None
    beside = db.session.get(AdultsAnswer, (found.id, unit_of(one.recipient, Per.PERSON)))
    return beside.choice if beside is not None and (survey.may_change or beside.choice == found.choice) else None


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
