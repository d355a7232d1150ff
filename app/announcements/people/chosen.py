"""Those who were chosen themselves: colleagues, and rows of a list; and those of them whom an earlier announcement had."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.accounts.models import Staff
from app.announcements.audience import list_row_is_in, staff_is_in
from app.announcements.models import AnnouncementListRow, AnnouncementRecipient
from app.announcements.people.columns import as_columns, not_any_more
from app.announcements.people.question import Question
from app.announcements.ranks import Rank
from app.announcements.recipients_again import is_wanted_again
from app.directory.models import ContactPoint, Guardian


def staff(question: Question) -> Select[Any]:
    """Colleagues who were chosen."""
    return _staff_where(question, staff_is_in(question.author, question.audience))


def staff_again(question: Question) -> Select[Any]:
    """Colleagues whom the earlier announcement had, and who are wanted again."""
    earlier = (
        select(AnnouncementRecipient.staff_id)
        .where(AnnouncementRecipient.staff_id.is_not(None), is_wanted_again(question.author, question.audience, question.announcement_id))
        .scalar_subquery()
    )
    return _staff_where(question, and_(Staff.id.in_(earlier), Staff.district_id == question.author.district_id))


def _staff_where(question: Question, condition: ColumnElement[bool]) -> Select[Any]:
    address = question.channel.staff_address()
    quality = case(
        (address.is_(None), int(Rank.NO_ADDRESS)),
        (question.channel.refused(address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        else_=int(Rank.USABLE),
    )
    return select(
        *as_columns(0, Staff.id.expression, staff=Staff.id, spoken=Staff.language.expression, address=address, quality=quality)
    ).where(condition)


def list_rows(question: Question) -> Select[Any]:
    """Phones of the author's own list; its students come with the adults."""
    return _list_rows_where(question, list_row_is_in(question.author, question.audience))


def list_rows_again(question: Question) -> Select[Any]:
    """Phones of lists that the earlier announcement had, and that are wanted again."""
    earlier = (
        select(AnnouncementRecipient.list_row_id)
        .where(
            AnnouncementRecipient.list_row_id.is_not(None),
            is_wanted_again(question.author, question.audience, question.announcement_id),
        )
        .scalar_subquery()
    )
    return _list_rows_where(question, AnnouncementListRow.id.in_(earlier))


def _list_rows_where(question: Question, condition: ColumnElement[bool]) -> Select[Any]:
    """Files hold phones, so there is nowhere to send an email to."""
    row = AnnouncementListRow
    quality = case(
        (row.problem.is_not(None), int(Rank.NO_PHONE)),
        *([] if question.channel.tells_zone else [(row.id.is_not(None), int(Rank.NO_ADDRESS))]),
        *not_any_more(row.address),
        (question.channel.refused(row.address, question.author.district_id, question.scope), int(Rank.OPTED_OUT)),
        (ContactPoint.id.is_not(None), question.channel.quality(question.scope)),
        else_=int(Rank.USABLE),
    )
    return (
        select(
            *as_columns(
                1, row.id.expression, list_row=row.id, point=row.contact_point_id,
                spoken=func.coalesce(ContactPoint.language, Guardian.language), address=row.address.expression, quality=quality,
                zone=func.coalesce(ContactPoint.time_zone, Guardian.time_zone), postal_code=Guardian.postal_code.expression,
            )
        )
        .select_from(row)
        .outerjoin(ContactPoint, ContactPoint.id == row.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(condition)
    )  # fmt: skip
