"""The card beside a thread: the family of a direct conversation, or who is in a group."""

from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries_thread
from app.conversations.views.blueprint import pages
from app.conversations.views.composer_shown import has_stopped
from app.conversations.views.parts import part
from app.conversations.views.thread_shown import call_address
from app.core.database import db
from app.core.phone_numbers import for_people
from app.core.prepared import Record
from app.directory import stop_words
from app.directory.models import AUTOMATED_CALLS, ContactHealth, ContactKind, Guardian
from app.directory.queries.consent import opted_out
from app.directory.queries.families import family_of_guardian
from app.directory.queries.stops import Stops, stops_of


@dataclass(frozen=True, slots=True)
class Member:
    """A guardian of a group."""

    id: int
    guardian_id: int
    name: str
    number: str
    kind: str
    state: str
    note: str
    """Which of our numbers does not reach them, and whether automated calls may."""


@pages.get("/conversations/<int:conversation_id>/family")
@requires(Permission.READ_THREADS)
def family(conversation_id: int) -> Response:
    """Students, guardians and how to reach them."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    people = queries_thread.thread_people(conversation_id)
    guardian = db.session.get(Guardian, head.guardian_id) if head.guardian_id else None
    theirs = [each for each in people if each.contact_point_id and each.left_at is None]
    stops = stops_of(head.district_id, [each.address for each in theirs])
    silenced = set() if guardian else opted_out(head.district_id, [each.address for each in theirs], AUTOMATED_CALLS)
    return part(
        "conversations/_family.html",
        head=head,
        family=family_of_guardian(guardian) if guardian else None,
        members=[] if guardian else [_member(each, stops.get(each.address), refuses_calls=each.address in silenced) for each in theirs],
        staff=[(each.staff_name, each.job_title) for each in people if each.staff_id and each.left_at is None],
        call_href=call_address(current_staff, conversation_id, theirs[-1] if theirs else None),
        may_write=role_allows(current_staff.role, Permission.WRITE_THREADS),
    )


def _member(each: Record, stops: Stops | None, *, refuses_calls: bool) -> Member:
    name = f"{each.given_name or ''} {each.family_name or ''}".strip()
    notes = [stop_words.said_of(stops) if stops else "", _("Wants no automated calls.") if refuses_calls else ""]
    note = " ".join(one for one in notes if one)
    return Member(each.id, each.guardian_id, name, for_people(each.address or ""), each.kind or "", _state(each, stops), note)


def _state(each: Record, stops: Stops | None) -> str:
    if each.opted_out_at or stops:
        return "opted_out" if has_stopped(each) else "partly_stopped"
    if each.kind == ContactKind.LANDLINE:
        return "landline"
    states = {ContactHealth.DEAD: "dead", ContactHealth.WRONG: "bad", ContactHealth.UNREACHABLE: "unreachable", ContactHealth.OK: "ok"}
    return states.get(each.health, "unverified")
