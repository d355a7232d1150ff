"""What is told of an announcement that came back to its author: by whom, when, and why."""

from typing import NamedTuple

from app.accounts.models import Staff
from app.announcements.errors import Returned
from app.announcements.models import Announcement
from app.core.database import db
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _


class GivenBack(NamedTuple):
    """A headline, and the reason."""

    title: str
    words: str


def given_back(announcement: Announcement, clock: LocalClock) -> GivenBack | None:
    """None where it never came back."""
    if announcement.returned_because is None:
        return None
    person = db.session.get(Staff, announcement.returned_by_id) if announcement.returned_by_id is not None else None
    when = clock.full(announcement.returned_at) if announcement.returned_at is not None else ""
    if person is not None:
        title = _("%(name)s gave it back · %(when)s", name=person.name, when=when)
    else:
        title = _("Back for another look · %(when)s", when=when) if when else _("Back for another look")
    return GivenBack(str(title), why_back(announcement.returned_because))


def why_back(because: str) -> str:
    """Why an accepted announcement is a draft again."""
    known: dict[str, str] = {
        Returned.ROSTER_CHANGED: _(
            "Many more people would get it than you confirmed, so nothing was sent. Look at the count, then send again."
        ),
        Returned.NOBODY: _("Nobody could be reached when it was to begin, so nothing was sent."),
        Returned.NO_SENDER: _("The school’s announcement number was switched off, so nothing was sent. Tell your admin."),
        Returned.CORRECTED: _(
            "What it was sent on from was corrected in the meantime, and this says the old words."
            " Nothing was sent: change the words, or say that they are right."
        ),
        Returned.BY_A_PERSON: "",
    }
    return known.get(because, because)
