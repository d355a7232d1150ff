"""Saved groups: the list, a group with its reach, and the page on which members are chosen."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.core.database import db
from app.core.htmx import block, page_or_block
from app.core.ids import row_number, row_numbers
from app.directory.forms import EVERYBODY, NOBODY, GroupForm
from app.directory.models import Group
from app.directory.queries import choosing
from app.directory.queries import groups as queries
from app.directory.queries import people as people_queries
from app.directory.queries.people import Narrowed
from app.directory.queries.reach import schools_of
from app.directory.service import groups as service
from app.directory.service.groups import EmptyGroup, GroupData, GroupNameTaken, GroupTooLarge, Sharing
from app.directory.views import pages

LIST = "directory/groups.html"
PAGE = "directory/group.html"
FORM = "directory/group_edit.html"
DELETE = "directory/group_delete.html"
LONGEST_SEARCH = 100


@pages.get("/groups")
@requires(Permission.READ_PEOPLE)
def groups() -> ResponseReturnValue:
    """One's own groups, and those that colleagues share."""
    return page_or_block(LIST, "results", groups=queries.groups_of(current_staff), may_write=_may_write())


@pages.get("/groups/<int:group_id>")
@requires(Permission.READ_PEOPLE)
def group(group_id: int) -> ResponseReturnValue:
    """A group: its students, and how many families a text would reach."""
    found = queries.group_visible_to(current_staff, group_id)
    page = people_queries.people(current_staff, Narrowed(group_id=group_id), request.args.get("at"))
    return page_or_block(
        PAGE,
        "results",
        group=found,
        page=page,
        reach=queries.reach_of(current_staff, queries.members_of(group_id)),
        classes=choosing.classes(current_staff, queries.chosen_in(group_id)[1]),
        owner=db.session.get_one(Staff, found.owner_id),
        shared_with=_shared_with(found),
        may_change=queries.may_change(current_staff, found),
        may_write=_may_write(),
        newer=url_for(".group", group_id=group_id, at=page.previous_cursor) if page.previous_cursor else None,
        older=url_for(".group", group_id=group_id, at=page.next_cursor) if page.next_cursor else None,
    )


@pages.route("/groups/new", methods=["GET", "POST"], defaults={"group_id": None})
@pages.route("/groups/<int:group_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_THREADS)
def edit_group(group_id: int | None) -> ResponseReturnValue:
    """Make a group, or change one. Without script, the search button brings what it finds on the same page."""
    found = queries.group_changed_by(current_staff, group_id) if group_id is not None else None
    form = _form_of(found)
    choice = _choice(found)
    if request.method != "POST" or request.form.get("act") == "search" or "split" in request.form:
        return _edit_page(found, form, choice)
    if not form.validate_on_submit():
        return _edit_page(found, form, choice, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = GroupData(form.name.data or "", _sharing(form), choice.student_ids, choice.section_ids)
    try:
        saved = service.save_group(current_staff, group_id, data)
    except GroupNameTaken as refusal:
        form.name.errors = [refusal.advice]
    except (EmptyGroup, GroupTooLarge) as refusal:
        choice.error = refusal.advice
    else:
        flash(_("Saved."))
        return redirect(url_for(".group", group_id=saved.id), HTTPStatus.SEE_OTHER)
    return _edit_page(found, form, choice, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@pages.post("/groups/picker")
@requires(Permission.WRITE_THREADS)
def choose_members() -> ResponseReturnValue:
    """What is chosen now, what the search finds besides, and how many families that would reach. Keeps nothing."""
    return block(FORM, "picker", **_picker(_choice(None)))


@pages.route("/groups/<int:group_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE_THREADS)
def delete_group(group_id: int) -> ResponseReturnValue:
    """Ask once, then delete."""
    found = queries.group_changed_by(current_staff, group_id)
    if request.method == "GET":
        return page_or_block(DELETE, "main", group=found)
    name = service.delete_group(current_staff, group_id)
    flash(_("The group %(name)s is gone. Its conversations go on.", name=name))
    return redirect(url_for(".groups"), HTTPStatus.SEE_OTHER)


@dataclass
class Choice:
    """Who is chosen while the page is open."""

    student_ids: set[int]
    section_ids: set[int] = field(default_factory=set)
    words: str = ""
    error: str | None = None


def _choice(found: Group | None) -> Choice:
    if request.method == "POST":
        classes = set(row_numbers(request.form.getlist("section")))
        ticked = set(row_numbers(request.form.getlist("student")))
        split = set(row_numbers(request.form.getlist("split")))
        ticked |= choosing.students_of_sections(current_staff, split)
        return Choice(ticked, classes - split, request.form.get("q", "")[:LONGEST_SEARCH])
    if found is not None:
        return Choice(*queries.chosen_in(found.id))
    return _begun_with()


def _begun_with() -> Choice:
    """A new group may begin as a copy of one that the person sees, or as a class."""
    copied, section_id = request.args.get("copy", type=row_number), request.args.get("section", type=row_number)
    if copied is not None:
        return Choice(*queries.chosen_in(queries.group_visible_to(current_staff, copied).id))
    return Choice(set(), {section_id} if section_id is not None else set())


def _picker(choice: Choice) -> dict[str, Any]:
    everybody = choice.student_ids | choosing.students_of_sections(current_staff, choice.section_ids)
    return {
        "choice": choice,
        "chosen": people_queries.persons(current_staff, choice.student_ids),
        "chosen_classes": choosing.classes(current_staff, choice.section_ids),
        "found": choosing.find(current_staff, choice.words, besides=everybody, besides_sections=choice.section_ids),
        "reach": queries.reach_of(current_staff, everybody),
    }


def _form_of(found: Group | None) -> GroupForm:
    form = GroupForm(data={"name": found.name, "share": _shared_now(found)} if found else None)
    choices = [
        (NOBODY, _("Only I")),
        *((str(school.id), _("Everybody at %(school)s", school=school.name)) for school in schools_of(current_staff)),
    ]
    if current_staff.role == Role.DISTRICT_ADMIN:
        choices.append((EVERYBODY, _("The whole district")))
    form.share.choices = choices
    if found is not None and found.owner_id != current_staff.id:
        del form.share
    return form


def _shared_now(found: Group) -> str:
    if not found.is_shared:
        return NOBODY
    return EVERYBODY if found.school_id is None else str(found.school_id)


def _sharing(form: GroupForm) -> Sharing:
    wanted = form.data.get("share", NOBODY)  # a colleague's form has no such field
    if not wanted:
        return Sharing()
    return Sharing(is_shared=True, school_id=None if wanted == EVERYBODY else int(wanted))


def _edit_page(found: Group | None, form: GroupForm, choice: Choice, *, status: int = 200) -> ResponseReturnValue:
    return page_or_block(FORM, "main", status=status, group=found, form=form, **_picker(choice))


def _shared_with(found: Group) -> str:
    if not found.is_shared:
        return ""
    if found.school_id is None:
        return str(_("The whole district"))
    school = next((each for each in schools_of(current_staff) if each.id == found.school_id), None)
    return school.name if school is not None else ""


def _may_write() -> bool:
    return role_allows(current_staff.role, Permission.WRITE_THREADS)
