"""A survey by telephone is an announcement over voice with a question: planned, accepted, paced and held as every other."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.announcements import service as announcements
from app.announcements.asking import LONGEST_QUESTION, MOST, Per
from app.announcements.models import Channel
from app.announcements.service import Draft, DraftText
from app.api.courier.models import VoiceSurvey
from app.api.courier.queries.organizations import Place
from app.api.courier.queries.people import named
from app.api.courier.service import audiences, broadcasts
from app.api.refusals import Refused, Why
from app.core.database import db, transaction
from app.core.errors import HomeroomError

SPEC = "body/data/attributes/spec"
FEWEST = 2


def start(staff: Staff, place: Place, individual: UUID, spec: Mapping[str, Any]) -> VoiceSurvey:
    """Call the adults of this person and ask. Raises Refused, NotVisible, and what stands in the way of an announcement."""
    question, choices = _question(spec)
    language = spec["language"] if isinstance(spec.get("language"), str) else "en"
    introduction = spec["introduction"] if isinstance(spec.get("introduction"), str) else ""
    chosen = audiences.these(staff, named(staff, [individual]))
    draft = Draft(
        title=question[:60], school_id=place.school_id, send_to=chosen.send_to, audience=chosen.audience, channels=(Channel.VOICE,),
        texts=(DraftText(Channel.VOICE, language, introduction.strip() or question),), fallback_language=language,
        asks={"wordings": {language: {"question": question, "choices": choices}}, "per": Per.PERSON},
    )  # fmt: skip
    announcement = announcements.create(staff, draft)
    try:
        with transaction():
            survey = VoiceSurvey(
                district_id=staff.district_id, school_id=place.school_id, individual=individual, announcement_id=announcement.id,
                staff_id=staff.id,
            )  # fmt: skip
            db.session.add(survey)
            db.session.flush()
        broadcasts.send(staff, announcement, confirmed=None)
    except (HomeroomError, Refused):
        announcements.discard(staff, announcement.id)
        raise
    return survey


def _question(spec: Mapping[str, Any]) -> tuple[str, list[str]]:
    question, choices = spec.get("question"), spec.get("choices")
    if not isinstance(question, str) or not 0 < len(question.strip()) <= LONGEST_QUESTION:
        raise Refused(Why.RULE, f"Give spec.question, at most {LONGEST_QUESTION} characters.", field=SPEC, code="no_question")
    if (
        not isinstance(choices, list)
        or not FEWEST <= len(choices) <= MOST
        or not all(isinstance(one, str) and one.strip() for one in choices)
    ):
        raise Refused(
            Why.RULE, f"Give spec.choices, {FEWEST} to {MOST} texts: each is a key of the telephone.", field=SPEC, code="no_choices"
        )
    return question, [str(one) for one in choices]
