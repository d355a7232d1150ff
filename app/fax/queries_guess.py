"""Whose record a fax looks like: children whose whole name stands on a page. A person says yes; nothing is done by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.core.search_text import fold, indexable
from app.directory.models import Student
from app.directory.queries.reach import student_is_within_reach_of
from app.fax.models import Fax, FaxPage
from app.fax.queries_students import main_contacts

MOST_GUESSES = 3
NEAR = 3
"""So many words may lie between the first and the last of a name: a middle name, a comma that was read as a letter."""
MOST_CHILDREN = 20_000


@dataclass(frozen=True, slots=True)
class Guess:
    """A child whose name stands there."""

    student_id: int
    name: str
    first_name: str
    grade: str
    number: str
    """Of the student, as the school counts."""
    page: int
    is_near: bool
    """The names stand beside each other, as in a form."""
    times: int
    adult: str = ""
    """The main contact: two children may have one name."""


def looks_like(fax: Fax, pages: Sequence[FaxPage], staff: Staff) -> list[Guess]:
    """The likeliest first; nobody where nothing was recognised. Two queries: the children of the fax's school, and whose they are."""
    texts = [(number, _words(page.words)) for number, page in enumerate(pages, start=1) if page.words]
    if not texts:
        return []
    children = select(Student.id, Student.given_name, Student.preferred_name, Student.family_name, Student.grade, Student.student_number)
    children = children.where(student_is_within_reach_of(staff))
    if fax.school_id is not None:
        children = children.where(Student.school_id == fax.school_id)
    known = {word for _number, words in texts for word in words}
    found = []
    for row in db.session.execute(children.limit(MOST_CHILDREN)):
        family = _words(row.family_name)
        if not family or not known.issuperset(family):
            continue
        names = {name for name in (row.given_name, row.preferred_name) if name}
        guess = _best(texts, [_words(name) for name in names], family)
        if guess is not None:
            shown = row.preferred_name or row.given_name
            found.append(Guess(row.id, f"{shown} {row.family_name}", shown, row.grade or "", row.student_number or "", *guess))
    likeliest = sorted(found, key=lambda one: (not one.is_near, -one.times, one.page, one.student_id))[:MOST_GUESSES]
    adults = main_contacts(one.student_id for one in likeliest)
    return [replace(one, adult=adults.get(one.student_id, "")) for one in likeliest]


def _best(texts: Sequence[tuple[int, list[str]]], given: Iterable[list[str]], family: list[str]) -> tuple[int, bool, int] | None:
    """On which page it stands first, whether as one name, and on how many pages."""
    near = [number for number, words in texts if any(_stand_near(words, first, family) for first in given)]
    if near:
        return near[0], True, len(near)
    apart = [number for number, words in texts if any(set(words).issuperset([*first, *family]) for first in given if first)]
    return (apart[0], False, len(apart)) if apart else None


def _stand_near(words: list[str], given: list[str], family: list[str]) -> bool:
    """Whether both names stand within a few words of each other, in either order."""
    if not given:
        return False
    begins = [place for place in range(len(words)) if words[place : place + len(given)] == given]
    ends = [place for place in range(len(words)) if words[place : place + len(family)] == family]
    forward = any(0 <= last - (first + len(given)) < NEAR for first in begins for last in ends)
    return forward or any(0 <= first - (last + len(family)) < NEAR for first in begins for last in ends)


def _words(text: str) -> list[str]:
    return indexable(fold(text)).split()
