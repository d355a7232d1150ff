"""In which language and in whose name somebody who was asked is written to, and what the choices are called there."""

from app.announcements.queries.asked import AskedOne
from app.core.database import db
from app.directory.models import ContactPoint, District, School
from app.surveys.words import spoken


def read_by(one: AskedOne) -> str:
    """The family's own language, also where nobody wrote the question in it; in which it was asked, if we have no words in that."""
    point = db.session.get(ContactPoint, one.contact_point_id) if one.contact_point_id is not None else None
    language = point.language or point.guardian.language if point is not None else one.language
    return language if spoken(language) == language.partition("-")[0] else one.language


def speaker_of(one: AskedOne) -> str:
    """Whose question it is, as short as texts begin."""
    school = db.session.get(School, one.school_id) if one.school_id is not None else None
    return school.short_name or school.name if school is not None else db.session.get_one(District, one.district_id).name


def choice_words(one: AskedOne, choice: int, language: str) -> str:
    """A choice (from 1 on) in this language, also where only a part of the question was written in it; else as they were asked."""
    asked, own = one.wording(), one.asked.wordings.get(language) or one.asked.wordings.get(language.partition("-")[0])
    found = [wording.choices[choice - 1] for wording in (own, asked) if wording is not None and choice <= len(wording.choices)]
    return next(filter(None, found), "")
