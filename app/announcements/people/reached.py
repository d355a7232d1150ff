"""Those who got an earlier announcement, or were to get it, at the very addresses of then: for a correction."""

from typing import Any

from sqlalchemy import Select, case, func, select

from app.announcements.models import AnnouncementRecipient
from app.announcements.people.columns import GUARDIAN, as_columns, not_any_more
from app.announcements.people.question import Question, Span
from app.announcements.ranks import Rank
from app.announcements.recipients_again import is_wanted_again
from app.directory.models import ContactPoint, Guardian


def reached_before(question: Question, span: Span | None) -> Select[Any]:
    """Those of the earlier one who are wanted, where they were written to."""
    earlier = AnnouncementRecipient
    quality = case(
        *not_any_more(earlier.address),
        (question.channel.refused(earlier.address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        else_=int(Rank.USABLE),
    )
    whose = case((earlier.guardian_id.is_not(None), GUARDIAN), else_=3)
    query = (
        select(
            *as_columns(
                whose, func.coalesce(earlier.guardian_id, earlier.id), guardian=earlier.guardian_id,
                staff=earlier.staff_id, list_row=earlier.list_row_id, student=earlier.student_id,
                family=earlier.family_id, point=earlier.contact_point_id,
                spoken=func.coalesce(ContactPoint.language, Guardian.language, earlier.language), address=earlier.address.expression,
                quality=quality, zone=func.coalesce(ContactPoint.time_zone, Guardian.time_zone),
                postal_code=Guardian.postal_code.expression,
            )
        )
        .select_from(earlier)
        .outerjoin(ContactPoint, ContactPoint.id == earlier.contact_point_id)
        .outerjoin(Guardian, Guardian.id == earlier.guardian_id)
        .where(is_wanted_again(question.author, question.audience, question.announcement_id))
    )  # fmt: skip
    found = query.where(earlier.id > span.after, earlier.id <= span.through) if span else query
    fenced = found.offset(0).subquery()  # merged into the verdicts, it would ask for consent again in each of their hundreds of branches
    return select(*fenced.c)
