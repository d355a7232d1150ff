"""A text that answers: the lone number of a choice, or its words."""

from datetime import timedelta

from app.announcements.asking import choice_of
from app.announcements.queries.asked import AskedOne, asked_by_phone
from app.carrier.models import InboundText
from app.conversations.service.answering import Counted
from app.core.clock import now
from app.core.database import db
from app.directory.models import PhoneNumber
from app.surveys import hints, service
from app.surveys.models import Survey
from app.surveys.readers import choice_words, read_by, speaker_of
from app.surveys.service import Answer, Taken
from app.surveys.words import Said, say

ASKED_WITHIN = timedelta(days=100)
LATE_FOR = timedelta(days=14)
"""So long after the end somebody is told that it is closed; later a "1" is about something else."""
LONGEST = 80
"""No answer is longer."""


def take(inbound: InboundText, number: PhoneNumber) -> Counted | None:
    """Count a text as an answer to the newest open question whose choices it fits; else say that the newest such one is closed.

    None for everything else, which is an ordinary text; after a question it is told once how to answer.
    """
    found = _fitting(inbound, number) if len(inbound.body) <= LONGEST else None
    if found is None:
        _hint(inbound, number)
        return None
    one, choice = found
    given = service.answer(one, choice, "sms")
    line = _line(one, given, choice)
    answers = {"id": one.announcement_id, "title": line["question"], "choice": line["choice"]}
    return Counted(_reply(one, given), one.contact_point_id, "survey_answered", line, answers)


def _hint(inbound: InboundText, number: PhoneNumber) -> None:
    for one in asked_by_phone(inbound.district_id, inbound.sender, number.id, now() - ASKED_WITHIN, most=1):
        hints.give(one, inbound, number, language=read_by(one), speaker=speaker_of(one))


def _fitting(inbound: InboundText, number: PhoneNumber) -> tuple[AskedOne, int] | None:
    """Whom it is an answer of, and which; among several questions the newest that is open, else the newest that closed lately."""
    late: tuple[AskedOne, int] | None = None
    moment = now()
    for one in asked_by_phone(inbound.district_id, inbound.sender, number.id, moment - ASKED_WITHIN):
        choice = choice_of(inbound.body, one.asked.wordings, one.language)
        survey = db.session.get(Survey, one.survey_id, populate_existing=True) if choice is not None else None
        if choice is None or survey is None:
            continue
        if survey.closes_at > moment:
            return one, choice
        if late is None and survey.closes_at > moment - LATE_FOR:
            late = one, choice
    return late


def _reply(one: AskedOne, given: Answer) -> str | None:
    """What is said back; nothing to who says the same again, so that two machines do not talk for ever."""
    said = {Taken.NOTED: Said.NOTED, Taken.CHANGED: Said.CHANGED, Taken.FIXED: Said.FIXED, Taken.CLOSED: Said.CLOSED}.get(given.taken)
    if said is None:
        return None
    language = read_by(one)
    return say(said, language, school=speaker_of(one), choice=choice_words(one, given.choice, language) if given.choice else "")


def _line(one: AskedOne, given: Answer, choice: int) -> dict[str, object]:
    """What the line in the thread shows, in the words of the school."""
    wording = one.asked.wording(one.original or one.language)
    words = wording.choices[choice - 1] if choice <= len(wording.choices) else str(choice)
    return {"question": wording.question, "choice": words, "taken": given.taken.value, "survey_id": one.survey_id}
