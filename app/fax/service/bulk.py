"""The same with several faxes at once: all in one commit, and those that cannot be are told instead of spoiling the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.accounts.models import Staff
from app.core.database import db, transaction
from app.core.errors import HomeroomError, NotVisible
from app.fax.service import filing, putting_aside, reading, triage

MOST = 200
Act = Callable[[Staff, int], object]
ACTS: dict[str, Act] = {
    "read": reading.mark_read,
    "unread": reading.mark_new,
    "away": filing.file_away,
    "unfile": filing.unfile,
    "hide": putting_aside.hide,
    "show": putting_aside.show,
    "delete": putting_aside.delete,
    "restore": putting_aside.restore,
}
BACK = {"read": "unread", "unread": "read", "away": "unfile", "hide": "show", "show": "hide", "delete": "restore"}
"""What takes an act back."""


@dataclass(slots=True)
class Outcome:
    """Which were changed, and why others were not."""

    done: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def act_on_all(staff: Staff, fax_ids: Sequence[int], act: str) -> Outcome:
    """Do one of ACTS with each. What somebody may not see is left out; one that is refused changes nothing of the others."""
    return _each(staff, fax_ids, ACTS[act])


def assign_all(staff: Staff, fax_ids: Sequence[int], colleague_id: int | None) -> Outcome:
    """Give all of them to one person, or to nobody in particular."""
    return _each(staff, fax_ids, lambda who, number: triage.assign(who, number, colleague_id))


def file_all(staff: Staff, fax_ids: Sequence[int], student_id: int) -> Outcome:
    """File all of them to one child."""
    return _each(staff, fax_ids, lambda who, number: filing.file_to(who, number, student_id))


def _each(staff: Staff, fax_ids: Sequence[int], act: Act) -> Outcome:
    outcome = Outcome()
    with transaction() as events:
        for number in sorted(set(fax_ids))[:MOST]:  # in one order, so that two people never wait for each other
            known = len(events)
            try:
                with db.session.begin_nested():
                    act(staff, number)
            except NotVisible:
                del events[known:]
            except HomeroomError as refusal:
                del events[known:]
                if refusal.advice not in outcome.refused:
                    outcome.refused.append(refusal.advice)
            else:
                outcome.done.append(number)
    return outcome
