"""Whose phones may be called around a guardian."""

from dataclasses import dataclass

from app.accounts.models import Staff
from app.conversations.queries_reach import contact_points_within_reach, other_guardians
from app.core.errors import NotVisible
from app.core.phone_numbers import for_people
from app.directory.models import ContactHealth, ContactKind, ContactPoint, Guardian
from app.directory.queries.permission import off_limits_among
from app.directory.queries.reach import guardian_visible_to


@dataclass(frozen=True, slots=True)
class Choice:
    """One phone of one person."""

    point_id: int
    guardian_id: int
    name: str
    address: str
    number: str
    label: str
    language: str
    """In which they are greeted."""
    is_first: bool
    """The best phone of the person that the call is about."""


def choices_for(staff: Staff, guardian_id: int | None) -> list[Choice]:
    """The phones of a guardian, then those of the other adults of the same children. Nobody whom the records forbid to contact."""
    if guardian_id is None:
        return []
    try:
        first = guardian_visible_to(staff, guardian_id)
    except NotVisible:
        return []
    people = [first, *other_guardians(guardian_id)]
    forbidden = off_limits_among([one.id for one in people])
    return [choice for one in people if one.id not in forbidden for choice in _phones(one, is_first=one.id == guardian_id)]


def for_members(staff: Staff, point_ids: list[int]) -> list[Choice]:
    """The phones that take part in a group."""
    points = contact_points_within_reach(staff, point_ids)
    forbidden = off_limits_among([one.guardian_id for one in points])
    return [_choice(one, one.guardian, is_first=True) for one in points if one.guardian_id not in forbidden and _takes_calls(one)]


def _phones(guardian: Guardian, *, is_first: bool) -> list[Choice]:
    phones = sorted((one for one in guardian.contact_points if _takes_calls(one)), key=lambda one: (one.priority, one.id))
    return [_choice(one, guardian, is_first=is_first and place == 0) for place, one in enumerate(phones)]


def _choice(point: ContactPoint, guardian: Guardian, *, is_first: bool) -> Choice:
    return Choice(
        point.id,
        guardian.id,
        guardian.full_name,
        point.address,
        for_people(point.address),
        point.label or "",
        point.language or guardian.language,
        is_first,
    )


def _takes_calls(point: ContactPoint) -> bool:
    return point.is_active and point.kind != ContactKind.EMAIL and point.health not in {ContactHealth.WRONG, ContactHealth.DEAD}
