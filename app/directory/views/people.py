"""The list of people."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.directory.queries import people as queries
from app.directory.queries.people import Narrowed
from app.directory.queries.reach import schools_of
from app.directory.views import pages
from app.directory.words import grade_long

PAGE = "directory/people.html"
GRADES = ("PK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")


@pages.get("/people")
@requires(Permission.READ_PEOPLE)
def people() -> ResponseReturnValue:
    """Students with their adults; a search changes only the list."""
    narrowed = Narrowed(
        words=request.args.get("q", "")[:100],
        school_id=request.args.get("school", type=row_number),
        grade=request.args.get("grade") if request.args.get("grade") in GRADES else None,
        section_id=request.args.get("section", type=row_number),
    )
    page = queries.people(current_staff, narrowed, request.args.get("at"))
    schools = schools_of(current_staff)
    kept = {"q": narrowed.words, "school": narrowed.school_id, "grade": narrowed.grade, "section": narrowed.section_id}
    address: dict[str, Any] = {key: value for key, value in kept.items() if value}
    return page_or_block(
        PAGE,
        "results",
        page=page,
        narrowed=narrowed,
        may_write=role_allows(current_staff.role, Permission.WRITE_THREADS),
        school_options=[("", _("All schools")), *((each.id, each.short_name or each.name) for each in schools)],
        schools=schools,
        sections=queries.sections_of(current_staff),
        grade_options=[("", _("All grades")), *((grade, grade_long(grade)) for grade in GRADES)],
        newer=url_for(".people", at=page.previous_cursor, **address) if page.previous_cursor else None,
        older=url_for(".people", at=page.next_cursor, **address) if page.next_cursor else None,
    )
