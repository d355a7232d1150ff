"""Schools: what families are told of them, their hours, and the days on which they are closed."""

from datetime import date

from babel.dates import format_interval
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.current import current_staff, own_zone
from app.accounts.hours import DayHours, in_words, kept, week_from, week_of
from app.accounts.permissions import Permission, requires
from app.core import phone_numbers
from app.core.clock import now
from app.core.htmx import page_or_block
from app.core.local_clock import zone_of
from app.directory.forms import COMMON_ZONES, ClosureForm, SchoolForm
from app.directory.models import School
from app.directory.queries.calendar import closed_ahead, next_closed
from app.directory.queries.reach import school_visible_to, schools_of
from app.directory.service import schools as service
from app.directory.service.schools import SchoolData
from app.directory.views import pages

PAGE = "settings/schools.html"
SCHOOL_PAGE = "settings/schools_edit.html"
UNPROCESSABLE = 422


@pages.get("/settings/schools")
@requires(Permission.MANAGE_NUMBERS)
def schools() -> ResponseReturnValue:
    """Every school, with its next closed day."""
    rows = schools_of(current_staff)
    closed = next_closed(rows, _today(own_zone()))
    weeks = {school.id: in_words(week_of(school.office_hours)) for school in rows}
    return page_or_block(PAGE, "settings", schools=rows, closed={key: days(day, day) for key, day in closed.items()}, weeks=weeks)


@pages.get("/settings/schools/<int:school_id>")
@requires(Permission.MANAGE_NUMBERS)
def edit_school(school_id: int) -> ResponseReturnValue:
    """One school."""
    school = school_visible_to(current_staff, school_id)
    return _school_page(school)


@pages.post("/settings/schools/<int:school_id>")
@requires(Permission.MANAGE_NUMBERS)
def save_school(school_id: int) -> ResponseReturnValue:
    """Keep a school's data and hours."""
    school = school_visible_to(current_staff, school_id)
    form, week = SchoolForm(), week_from(request.form)
    if not form.validate_on_submit() or any(day.error for day in week):
        return _school_page(school, form=form, week=week, status=UNPROCESSABLE)
    data = SchoolData(
        form.name.data or "",
        form.short_name.data,
        form.time_zone.data or "",
        form.phone.data,
        form.area_code.data,
        kept(week, school.office_hours),
    )
    service.save_school(current_staff, school_id, data)
    flash(_("Saved."))
    return redirect(url_for(".edit_school", school_id=school_id), code=303)


@pages.post("/settings/schools/<int:school_id>/closures")
@requires(Permission.MANAGE_NUMBERS)
def close_school(school_id: int) -> ResponseReturnValue:
    """Say that nobody is there on a day, or on several in a row."""
    school = school_visible_to(current_staff, school_id)
    form = ClosureForm(_today(school.time_zone))
    if not form.validate_on_submit() or form.day.data is None or form.last is None:
        return _school_page(school, closure=form, status=UNPROCESSABLE)
    service.close_on(current_staff, school_id, form.day.data, form.last, form.reason.data or "")
    flash(_("Closed: %(days)s.", days=days(form.day.data, form.last)))
    return redirect(url_for(".edit_school", school_id=school_id, _anchor="closed-days"), code=303)


@pages.post("/settings/schools/<int:school_id>/closures/<int:closure_id>/remove")
@requires(Permission.MANAGE_NUMBERS)
def open_school(school_id: int, closure_id: int) -> ResponseReturnValue:
    """Take closed days back."""
    service.open_on(current_staff, school_id, closure_id)
    flash(_("Removed. The usual hours hold again."))
    return redirect(url_for(".edit_school", school_id=school_id, _anchor="closed-days"), code=303)


def days(first: date, last: date) -> str:
    """A day or a stretch of days as the reader writes it."""
    return str(format_interval(first, last, "yMMMEd", locale=get_locale() or "en"))


def _today(zone: str) -> date:
    return now().astimezone(zone_of(zone)).date()


def _school_page(
    school: School,
    *,
    form: SchoolForm | None = None,
    week: list[DayHours] | None = None,
    closure: ClosureForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    today = _today(school.time_zone)
    if form is None:
        form = SchoolForm(None, obj=school)
        form.phone.data = phone_numbers.for_people(school.phone) if school.phone else ""
    return page_or_block(
        SCHOOL_PAGE,
        "settings",
        status=status,
        school=school,
        form=form,
        week=week if week is not None else week_of(school.office_hours),
        closed=[(each, days(each.first, each.last)) for each in closed_ahead(school, today)],
        closure=closure or ClosureForm(today),
        today=today,
        zones=COMMON_ZONES,
    )
