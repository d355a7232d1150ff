"""Who answered what. Every query is about one announcement that was fetched as visible."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, func, literal, or_, select, union_all

from app.accounts.models import Staff
from app.announcements import asking
from app.announcements.asking import Asked
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementListRow, AnnouncementRecipient
from app.announcements.momentary import for_a_moment
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.asked import survey_of
from app.announcements.recipients_again import OWNER
from app.announcements.sight import in_sight_of
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import Guardian, School, Student
from app.surveys.beside import differing
from app.surveys.hints import got_one
from app.surveys.models import AdultsAnswer, Survey, SurveyAnswer
from app.surveys.units import unit_column

ROWS = 50
AT_ONCE = 500
NOBODY = 0
"""The choice of those who gave none."""
UNCOUNTED = -2
"""Of these, of who wrote something that fits no choice."""
UNASKED = -1
"""And of those who could not, because it did not leave for them."""
LEFT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that was sent: its announcement, its words, and how long it is open."""

    announcement: Announcement
    survey: Survey
    asked: Asked
    in_sight: ColumnElement[bool]
    """Whose answers are shown by name."""

    @property
    def wording(self) -> asking.Wording:
        """In the words of the school."""
        return self.asked.wording(self.announcement.fallback_language or "en")


@dataclass(frozen=True, slots=True)
class Results:
    """Numbers that add up: each family, or person, is counted once."""

    units: int
    """Who was asked: it left for one of them at least, or one of them answered."""
    uncounted: int
    """Who of the silent wrote something that fits no choice."""
    unasked: int
    """Whom it was for, and for whom it did not leave: not yet, or never, because it failed or was stopped."""
    choices: Counter[int]
    languages: dict[str, Counter[int]] = field(default_factory=dict)
    schools: dict[str, Counter[int]] = field(default_factory=dict)
    channels: Counter[str] = field(default_factory=Counter)

    @property
    def answers(self) -> int:
        """How many there are."""
        return self.choices.total()


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One adult: who answered, or who was asked and did not."""

    id: int
    name: str
    student: str
    guardian_id: int | None
    contact_point_id: int | None
    language: str | None
    school: str | None
    choice: int
    channel: str | None
    answered_at: datetime | None
    answer_id: int | None = None
    others: tuple[tuple[str, int], ...] = ()
    """The other adults of the family who answered otherwise, by name, and what."""


def asking_visible_to(staff: Staff, announcement_id: int) -> Asking:
    """The question of an announcement, or of the one whose question it repeats. Raises NotVisible; also where nothing was asked."""
    announcement = announcement_visible_to(staff, announcement_id)
    survey_id = survey_of(announcement)
    if survey_id is not None and survey_id != announcement.id:
        announcement = announcement_visible_to(staff, survey_id)
    survey = db.session.scalar(
        select(Survey)
        .where(Survey.announcement_id == announcement.id, Survey.district_id == staff.district_id)
        .execution_options(populate_existing=True)
    )
    asked = asking.of(announcement.asks)
    if survey is None or asked is None:
        raise NotVisible
    return Asking(announcement, survey, asked, in_sight_of(staff, announcement))


def answered(announcement_id: int) -> ColumnElement[bool] | None:
    """The condition on `AnnouncementRecipient`: whether the person's, or the family's, answer is there. None where nothing was asked."""
    survey = _survey_by(announcement_id)
    return _has_answered(survey) if survey is not None else None


def who_answered(announcement_id: int) -> Select[Any] | CompoundSelect[Any] | None:
    """The ids of the recipients who answered, also those whose word does not count. None where nothing was asked."""
    survey = _survey_by(announcement_id)
    if survey is None:
        return None
    of = SurveyAnswer.survey_id == survey.announcement_id
    beside = select(AdultsAnswer.recipient_id).join(SurveyAnswer, SurveyAnswer.id == AdultsAnswer.answer_id).where(of)
    return select(SurveyAnswer.recipient_id).where(of).union_all(beside)


def who_answered_each(survey_ids: Collection[int]) -> CompoundSelect[Any]:
    """The same of several questions: survey_id and recipient_id."""
    of = SurveyAnswer.survey_id.in_(survey_ids)
    beside = select(SurveyAnswer.survey_id, AdultsAnswer.recipient_id).join(SurveyAnswer, SurveyAnswer.id == AdultsAnswer.answer_id)
    return union_all(select(SurveyAnswer.survey_id, SurveyAnswer.recipient_id).where(of), beside.where(of))


def _survey_by(announcement_id: int) -> Survey | None:
    announcement = db.session.get(Announcement, announcement_id)
    survey_id = survey_of(announcement) if announcement is not None else None
    return db.session.get(Survey, survey_id) if survey_id is not None else None


def results(one: Asking) -> Results:
    """All numbers, in a few queries whatever the size. Answers are counted each time; going through all who were asked is rationed."""
    survey_id, recipient = one.survey.announcement_id, AnnouncementRecipient
    asked, unasked, uncounted = for_a_moment("asked", one.announcement, lambda: (*_units(one.survey), _uncounted(one.survey)))
    choices: Counter[int] = Counter()
    languages: dict[str, Counter[int]] = defaultdict(Counter)
    channels: Counter[str] = Counter()
    for choice, channel, language, number in db.session.execute(
        select(SurveyAnswer.choice, SurveyAnswer.channel, recipient.language, func.count())
        .outerjoin(recipient, recipient.id == SurveyAnswer.recipient_id)
        .where(SurveyAnswer.survey_id == survey_id)
        .group_by(SurveyAnswer.choice, SurveyAnswer.channel, recipient.language)
    ):
        choices[choice] += number
        channels[channel] += number
        languages[language or "en"][choice] += number
    schools = _by_school(survey_id) if one.announcement.school_id is None else {}
    asked = max(asked, choices.total())
    return Results(asked, min(uncounted, asked - choices.total()), unasked, choices, dict(languages), schools, channels)


def _units(survey: Survey) -> tuple[int, int]:
    """How many families, or people, were asked, and how many were not."""
    was_asked = case((or_(_got_it(), _has_answered(survey)), 1), else_=0)
    each = (
        select(func.max(was_asked).label("was_asked"))
        .where(*_is_for(survey.announcement_id))
        .group_by(unit_column(AnnouncementRecipient, survey.per))
        .subquery()
    )
    asked, everybody = db.session.execute(select(func.coalesce(func.sum(each.c.was_asked), 0), func.count()).select_from(each)).one()
    return int(asked), everybody - int(asked)


def _uncounted(survey: Survey) -> int:
    unit = unit_column(AnnouncementRecipient, survey.per)
    wrote = select(unit).where(*_is_for(survey.announcement_id), got_one(), ~_has_answered(survey)).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(wrote)) or 0


def _by_school(survey_id: int) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for name, choice, number in db.session.execute(
        select(func.coalesce(School.short_name, School.name), SurveyAnswer.choice, func.count())
        .join(AnnouncementRecipient, AnnouncementRecipient.id == SurveyAnswer.recipient_id)
        .join(Student, Student.id == AnnouncementRecipient.student_id)
        .join(School, School.id == Student.school_id)
        .where(SurveyAnswer.survey_id == survey_id)
        .group_by(func.coalesce(School.short_name, School.name), SurveyAnswer.choice)
        .order_by(func.coalesce(School.short_name, School.name))
    ):
        found[name][choice] += number
    return dict(found)


def rows(one: Asking, choice: int | None, cursor: str | None) -> Page[AnswerRow]:
    """Who answered, the newest first; with a choice only those, and with NOBODY who was asked and did not."""
    if choice in {NOBODY, UNCOUNTED}:
        silent = _wrote(one) if choice == UNCOUNTED else _silent(one)
        page = page_of_rows(db.session(), silent, [AnnouncementRecipient.id], limit=ROWS, cursor=cursor, descending=False)
    else:
        page = page_of_rows(db.session(), _given(one, choice), [SurveyAnswer.id], limit=ROWS, cursor=cursor)
    return Page(_rows(page.rows), page.next_cursor, page.previous_cursor)


def everybody(one: Asking) -> Iterator[AnswerRow]:
    """All who answered, then all who were asked and did not, then all who were not asked, some hundreds at a time."""
    of_recipients = AnnouncementRecipient.id
    for query, key in ((_given(one, None), SurveyAnswer.id), (_silent(one), of_recipients), (_silent(one, asked=False), of_recipients)):
        cursor: str | None = None
        while True:
            page = page_of_rows(db.session(), query, [key], limit=AT_ONCE, cursor=cursor, descending=False)
            yield from _rows(page.rows)
            cursor = page.next_cursor
            if cursor is None:
                break


def _given(one: Asking, choice: int | None) -> Select[Any]:
    own = (SurveyAnswer.id, SurveyAnswer.id.label("answer_id"), SurveyAnswer.choice, SurveyAnswer.channel, SurveyAnswer.answered_at)
    query = _people(*own).join(SurveyAnswer, SurveyAnswer.recipient_id == AnnouncementRecipient.id)
    query = query.where(SurveyAnswer.survey_id == one.survey.announcement_id, one.in_sight)
    return query if choice is None else query.where(SurveyAnswer.choice == choice)


def _silent(one: Asking, *, asked: bool = True) -> Select[Any]:
    """One row for each family or person that did not answer, or was not even asked: of several adults or ways the first, or who was."""
    recipient, survey = AnnouncementRecipient, one.survey
    unit = unit_column(recipient, survey.per)
    got_it = func.min(case((_got_it(), recipient.id)))
    first = (
        select(got_it if asked else func.min(recipient.id))
        .where(*_is_for(survey.announcement_id), ~_has_answered(survey))
        .group_by(unit)
        .having(got_it.is_not(None) if asked else got_it.is_(None))
    )
    choice = literal(NOBODY if asked else UNASKED).label("choice")
    return _people(recipient.id, choice).where(recipient.id.in_(first), one.in_sight)


def _wrote(one: Asking) -> Select[Any]:
    """The adults who wrote something that fits no choice, and whose family has not answered since."""
    survey = one.survey
    condition = (*_is_for(survey.announcement_id), got_one(), ~_has_answered(survey), one.in_sight)
    return _people(AnnouncementRecipient.id, literal(NOBODY).label("choice")).where(*condition)


def _people(*columns: Any) -> Select[Any]:
    recipient = AnnouncementRecipient
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, AnnouncementListRow.name, "")
    child = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name) + " " + Student.family_name
    return (
        select(
            *columns, name.label("name"), func.coalesce(child, "").label("student"), recipient.guardian_id, recipient.contact_point_id,
            recipient.language, func.coalesce(School.short_name, School.name).label("school"),
        )
        .select_from(recipient)
        .outerjoin(Guardian, Guardian.id == recipient.guardian_id)
        .outerjoin(Staff, Staff.id == recipient.staff_id)
        .outerjoin(AnnouncementListRow, AnnouncementListRow.id == recipient.list_row_id)
        .outerjoin(Student, Student.id == recipient.student_id)
        .outerjoin(School, School.id == Student.school_id)
    )  # fmt: skip


def _rows(found: Sequence[Any]) -> list[AnswerRow]:
    values = [{"choice": NOBODY, "channel": None, "answered_at": None, "answer_id": None} | row._asdict() for row in found]
    others = differing([each["answer_id"] for each in values if each["answer_id"] is not None])
    return [AnswerRow(**each, others=tuple(others[each["answer_id"]])) for each in values]


def _is_for(survey_id: int) -> list[ColumnElement[bool]]:
    """The conditions on `AnnouncementRecipient`: the question is for them, by the announcement, one that repeats it, or on paper."""
    repeated = select(Announcement.id).where(or_(Announcement.id == survey_id, Announcement.survey_of_id == survey_id))
    return [AnnouncementRecipient.announcement_id.in_(repeated), or_(AnnouncementRecipient.reason.is_(None), _is_on_paper())]


def _got_it() -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient` that it left for them, or was printed."""
    one = Delivery
    left = exists().where(one.owner_kind == OWNER, one.owner_id == AnnouncementRecipient.id, one.state.in_(LEFT))
    return or_(left, _is_on_paper())


def _is_on_paper() -> ColumnElement[bool]:
    letter = AnnouncementLetter
    return exists().where(
        letter.announcement_id == AnnouncementRecipient.announcement_id, letter.family_key == AnnouncementRecipient.family_id
    )


def _has_answered(survey: Survey) -> ColumnElement[bool]:
    unit = unit_column(AnnouncementRecipient, survey.per)
    return exists().where(and_(SurveyAnswer.survey_id == survey.announcement_id, SurveyAnswer.unit == unit))
