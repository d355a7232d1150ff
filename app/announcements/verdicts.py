"""One statement says for every adult of an audience, and one channel, whether and where something is sent, and else why not.

The preview groups its rows and the expansion inserts them: what was shown is what is sent. A `Span` narrows it to a stretch
of people, so that the expansion can go on where it was killed; the stretches together give the rows of the whole. Of several
people at one address the first is written to: the preview sorts them, the expansion comes by them in this order.
"""

from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, null, select

from app.announcements.models import AnnouncementRecipient, SkipReason
from app.announcements.people import Question, Span, has_chosen, has_guardians, people
from app.announcements.ranks import REASONS
from app.announcements.recipients_again import EXACT, is_of_earlier
from app.directory.models import Guardian


def verdicts(question: Question) -> Select[Any]:
    """One row for each person: staff and rows of lists, who were chosen themselves and come first, and guardians."""
    found = judged(question).subquery("judged")
    turn = (
        func.row_number()
        .over(
            partition_by=(found.c.address, found.c.reason.is_(None)),
            order_by=(found.c.source, found.c.person_id),
        )
        .label("turn")
    )
    ordered = select(*found.c, turn).subquery("ordered")
    is_taken = and_(ordered.c.reason.is_(None), ordered.c.turn > 1)
    kept = [column for column in ordered.c if column.name not in {"reason", "turn"}]
    return select(*kept, case((is_taken, SkipReason.SAME_ADDRESS.value), else_=ordered.c.reason).label("reason"))


def judged(question: Question, span: Span | None = None, *, only_chosen: bool = False) -> Select[Any]:
    """The same before it is asked who comes first at an address that several have.

    With a `span` only the guardians in it. `only_chosen`: no guardians.
    """
    found = people(question, span, only_chosen=only_chosen).subquery("people")
    spoken, reason = _text_language(question, found.c.spoken), _reason(found.c.quality)
    unread = case((and_(reason.is_(None), spoken.is_not(None)), _unread(question, found.c.spoken)), else_=null())
    kept = [column for column in found.c if column.name not in {"spoken", "quality"}]
    return select(
        *kept,
        spoken.label("language"),
        unread.label("unread"),
        case((and_(reason.is_(None), spoken.is_(None)), SkipReason.NO_TEXT.value), else_=reason).label("reason"),
    )


def last_person(question: Question, after: int, many: int) -> Select[Any]:
    """The one with whom a stretch of about `many` people ends, as a query for one number; NULL when nobody is left.

    Of guardians it counts all of the district: whom the stretch is for is asked one by one. Of an earlier announcement it counts
    families, so that whoever has several rows in it, one for each channel, is in one stretch with all of them.
    """
    key: ColumnElement[Any] = Guardian.id.expression
    condition: ColumnElement[bool] = Guardian.district_id + 0 == question.author.district_id  # an index on it would only mislead
    if question.audience.again in EXACT:
        key = AnnouncementRecipient.id.expression
        condition = is_of_earlier(question.audience, AnnouncementRecipient.announcement_id + 0)  # by id: another index would only mislead
    elif question.audience.again_of is not None:
        key = AnnouncementRecipient.family_id.expression
        condition = is_of_earlier(question.audience, AnnouncementRecipient.announcement_id.expression)
    walk = select(key.label("id")).where(key > after, condition).order_by(key).limit(many)
    if question.audience.again_of is not None:
        walk = walk.distinct()
    beyond = walk.subquery()
    return select(func.max(beyond.c.id))


def _reason(quality: ColumnElement[int]) -> ColumnElement[Any]:
    return case(*((quality == int(rank), reason.value) for rank, reason in REASONS.items()), else_=null())


def _text_language(question: Question, spoken: ColumnElement[Any]) -> ColumnElement[Any]:
    """The text that a reader gets: in the own language, else in the same one as spoken elsewhere, else the fallback."""
    fallback = literal(question.fallback) if question.fallback in question.languages else cast(null(), String)
    branches = _same_language(question, spoken)
    return case(*branches, else_=fallback) if branches else fallback


def _unread(question: Question, spoken: ColumnElement[Any]) -> ColumnElement[Any]:
    """The language of a reader who gets the fallback for want of a text in it; NULL for everybody else."""
    return (
        case(*((condition, null()) for condition, _language in _same_language(question, spoken)), else_=spoken)
        if question.languages
        else spoken
    )


def _same_language(question: Question, spoken: ColumnElement[Any]) -> list[tuple[ColumnElement[bool], str]]:
    exact = [(spoken == language, language) for language in question.languages]
    near = [(func.substr(spoken, 1, len(root) + 1) == f"{root}-", language) for root, language in _roots(question.languages).items()]
    roots = [(spoken == root, language) for root, language in _roots(question.languages).items()]
    return exact + roots + near


def _roots(languages: tuple[str, ...]) -> dict[str, str]:
    """The first text for each language whatever the country: "pt" → "pt-BR"."""
    return reduce(lambda found, language: {language.split("-")[0]: language} | found, languages, {})


__all__ = ["Question", "Span", "has_chosen", "has_guardians", "judged", "last_person", "verdicts"]
