"""The family page, and the card of the same family beside a thread."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.current import current_staff
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.core.database import db
from app.core.htmx import page_or_block
from app.core.presentation import local_time
from app.directory import habits, timeline
from app.directory.habits import Habit
from app.directory.message_budget import last_week
from app.directory.models import District
from app.directory.queries.families import Adult, Family, family_of_guardian, family_of_student
from app.directory.queries.reach import guardian_visible_to, student_visible_to
from app.directory.queries.wishes import newest_wishes
from app.directory.timeline import Moment, MomentKind, Wanted
from app.directory.views import pages

PAGE = "directory/family.html"


@pages.get("/families/guardian/<int:guardian_id>")
@requires(Permission.READ_PEOPLE)
def of_guardian(guardian_id: int) -> ResponseReturnValue:
    """The family around an adult."""
    guardian = guardian_visible_to(current_staff, guardian_id)
    return _family_page(family_of_guardian(guardian), f"/families/guardian/{guardian_id}")


@pages.get("/families/student/<int:student_id>")
@requires(Permission.READ_PEOPLE)
def of_student(student_id: int) -> ResponseReturnValue:
    """The family around a child."""
    student = student_visible_to(current_staff, student_id)
    return _family_page(family_of_student(student), f"/families/student/{student_id}")


@pages.get("/families/guardian/<int:guardian_id>/card")
@requires(Permission.READ_PEOPLE)
def card(guardian_id: int) -> ResponseReturnValue:
    """The side pane of a thread."""
    guardian = guardian_visible_to(current_staff, guardian_id)
    family = family_of_guardian(guardian)
    week = last_week(current_staff, [adult.id for adult in family.adults])
    return render_template("directory/_family_card.html", family=family, guardian_id=guardian_id, week=week)


def _family_page(family: Family, address: str) -> ResponseReturnValue:
    kind = next((each for each in MomentKind if each == request.args.get("show")), None)
    wanted = Wanted(
        [adult.id for adult in family.adults],
        kind=kind,
        words=request.args.get("q", "")[:100],
    )
    before = request.args.get("before", "")
    found = timeline.stretch(current_staff, wanted, before)
    zone = zone_of(current_staff)
    number, since = timeline.how_many(current_staff, wanted.guardian_ids)
    known = habits.habits_of(current_staff, wanted.guardian_ids)
    return page_or_block(
        PAGE,
        "moments" if before else "timeline",
        family=family,
        address=address,
        wanted=wanted,
        days=by_day(found.moments, zone),
        older=found.older,
        number=number,
        since=since,
        zone=zone,
        habits=known,
        week=last_week(current_staff, wanted.guardian_ids),
        best=best_way(family, known),
        wishes=newest_wishes(current_staff.district_id, [address.address for adult in family.adults for address in adult.addresses]),
        may_edit=role_allows(current_staff.role, Permission.EDIT_PEOPLE),
        may_write=role_allows(current_staff.role, Permission.WRITE_THREADS),
        may_call=role_allows(current_staff.role, Permission.MAKE_CALLS),
    )


def best_way(family: Family, known: Mapping[int, Habit]) -> tuple[Adult, Habit] | None:
    """The adult whose phone answers the largest share of texts, of those who may be written to; None where nobody mostly answers."""
    ways = [
        (adult, known[address.id])
        for adult in family.adults
        for address in adult.addresses
        if adult.may_contact and address.takes_texts and address.id in known and known[address.id].mostly_answers
    ]
    return max(ways, key=lambda way: (way[1].answered / way[1].asked, way[1].answered), default=None)


def by_day(moments: Sequence[Moment], zone: str) -> list[tuple[object, list[Moment]]]:
    """The moments under the days of the reader's zone, newest first."""
    return [(day, list(group)) for day, group in groupby(moments, key=lambda moment: local_time(moment.at, zone).date())]


def zone_of(staff: Staff) -> str:
    """The district's zone."""
    return db.session.get_one(District, staff.district_id).time_zone
