"""Which list somebody asks for, as the address says it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from app.accounts.models import Role, Staff
from app.conversations.queries_inbox import Filter, filters_of, first_filter
from app.core.errors import NotVisible
from app.core.ids import row_number


@dataclass(frozen=True, slots=True)
class Choice:
    """Which conversations a person wants to see, as read from the address."""

    which: Filter
    default: Filter
    school_id: int | None = None
    before: int | None = None
    after_group: str = ""
    selecting: bool = False
    query: str = ""

    def href(self, **changes: object) -> str:
        """The address of the list with something changed."""
        wanted: dict[str, object] = {
            "filter": self.which if self.which != self.default else None,
            "school": self.school_id,
            "select": 1 if self.selecting else None,
        }
        wanted.update(changes)
        if wanted["filter"] == self.default:
            wanted["filter"] = None
        said = {key: str(value) for key, value in wanted.items() if value is not None}
        return "/conversations" + (f"?{urlencode(said)}" if said else "")

    @property
    def tail(self) -> str:
        """What the address of a thread keeps of the list beside it."""
        return self.href(select=None).removeprefix("/conversations")


def choice_of(staff: Staff) -> Choice:
    """Read the address. An unknown filter, or one that is not for this person, falls back to the first. Raises NotVisible."""
    default = first_filter(staff)
    if not request.query_string:
        return Choice(default, default)
    asked = request.args.get("filter", "")
    which = Filter(asked) if asked in filters_of(staff.role) else default
    school_id = request.args.get("school", type=row_number)
    if school_id is not None and staff.role != Role.DISTRICT_ADMIN and school_id not in staff.school_ids:
        raise NotVisible
    return Choice(
        which,
        default,
        school_id,
        request.args.get("before", type=row_number),
        request.args.get("after_group", "")[:20],
        request.args.get("select") == "1",
        request.args.get("q", "").strip()[:200],
    )
