"""What is asked of the people of an announcement."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement

from app.accounts.models import Staff
from app.announcements.audience import Audience
from app.announcements.channels import ChannelAdapter
from app.announcements.models import SendTo


class Span(NamedTuple):
    """People beyond `after` up to `through`: guardians, families of the earlier announcement, or its recipients (of a correction)."""

    after: ColumnElement[int]
    through: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: for whom, as whom, over which channel, and in which languages there are words."""

    announcement_id: int
    author: Staff
    audience: Audience
    send_to: str
    channel: ChannelAdapter
    scope: str
    languages: tuple[str, ...]
    fallback: str | None


def has_chosen(question: Question) -> bool:
    """Whether people were chosen themselves, who come before all others."""
    return bool(question.audience.staff or question.audience.list_id or question.audience.again_of is not None)


def has_guardians(question: Question) -> bool:
    """Whether there are people to be taken stretch by stretch."""
    audience = question.audience
    return audience.again_of is not None or (audience.names_students and question.send_to != SendTo.PERSON)
