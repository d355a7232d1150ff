"""All sources that a question asks for, together."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, union_all

from app.announcements.people.chosen import list_rows, list_rows_again, staff, staff_again
from app.announcements.people.guardians import guardians
from app.announcements.people.question import Question, Span, has_guardians
from app.announcements.people.reached import reached_before
from app.announcements.recipients_again import EXACT, OVER_THEIR_OWN


def people(question: Question, span: Span | None, *, only_chosen: bool) -> Any:
    """All sources that a question asks for, one after the other; with a `span` only the adults in it."""
    audience = question.audience
    if audience.again in OVER_THEIR_OWN and audience.again_channel is None:  # each over the channel that they are of
        audience = replace(audience, again_channel=question.channel.name)
        question = replace(question, audience=audience)
    exact = audience.again in EXACT and audience.again_channel == question.channel.name
    parts: list[Select[Any]] = []
    if span is None and audience.again_of is not None and not exact:
        parts += [staff_again(question), list_rows_again(question)]
    if span is None and audience.staff:
        parts.append(staff(question))
    if span is None and audience.list_id:
        parts.append(list_rows(question))
    if has_guardians(question) and not only_chosen:
        parts.append(reached_before(question, span) if exact else guardians(question, span))
    return union_all(*parts) if parts else staff(question)
