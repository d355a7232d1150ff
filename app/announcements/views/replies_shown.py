"""Who reads the answers, as the composer lets one choose: a short list, and a search for every other colleague."""

from app.accounts.models import Staff
from app.announcements.models import RepliesTo
from app.announcements.queries.choosing import Chip
from app.announcements.queries.repliers import Replier, replier_named, repliers
from app.announcements.service import Draft
from app.core.presentation import gettext as _

SIDE = "replies"
"""What the search field is called, beside those of the audience."""


def reply_choices(staff: Staff, draft: Draft) -> list[tuple[str, str]]:
    """Oneself, the office line, and the colleague who is chosen now."""
    chosen = replier_named(staff, draft.replies_to_id) if draft.replies_to == RepliesTo.PERSON else None
    others = [(_value(chosen.id), _words(chosen))] if chosen is not None else []
    return [(str(RepliesTo.AUTHOR), _("You")), (str(RepliesTo.OFFICE), _("The school’s office line")), *others]


def replies_value(draft: Draft) -> str:
    """Which of them is chosen."""
    return _value(draft.replies_to_id) if draft.replies_to == RepliesTo.PERSON else str(draft.replies_to)


def found_repliers(staff: Staff, words: str) -> list[Chip]:
    """Colleagues whom a few letters find. Their keys are values of the list."""
    return [Chip(_value(one.id), "staff", _words(one)) for one in repliers(staff, words)]


def _value(staff_id: int | None) -> str:
    return f"{RepliesTo.PERSON}:{staff_id}"


def _words(one: Replier) -> str:
    return f"{one.name}, {one.job}" if one.job else one.name
