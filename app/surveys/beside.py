"""What adults of a family answered beside the answer that counts."""

from collections import defaultdict

from sqlalchemy import func, select

from app.announcements.models import AnnouncementRecipient
from app.core.database import db
from app.directory.models import Guardian
from app.surveys.models import AdultsAnswer, SurveyAnswer


def differing(answers: list[int]) -> dict[int | None, list[tuple[str, int]]]:
    """By answer, the adults of the family who gave another one than the one that counts, and which."""
    found: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    if not answers:
        return found
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), "")
    for answer_id, adult, choice in db.session.execute(
        select(AdultsAnswer.answer_id, name, AdultsAnswer.choice)
        .join(SurveyAnswer, SurveyAnswer.id == AdultsAnswer.answer_id)
        .outerjoin(AnnouncementRecipient, AnnouncementRecipient.id == AdultsAnswer.recipient_id)
        .outerjoin(Guardian, Guardian.id == AnnouncementRecipient.guardian_id)
        .where(AdultsAnswer.answer_id.in_(answers), AdultsAnswer.choice != SurveyAnswer.choice)
        .order_by(AdultsAnswer.answer_id, AdultsAnswer.choice, AdultsAnswer.person)
    ):
        found[answer_id].append((adult, choice))
    return found
