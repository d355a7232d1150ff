"""Staff and roles: the list, inviting, one person's page."""

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import authority, queries, service, sessions, throttle
from app.accounts.current import current_staff
from app.accounts.errors import EmailTaken, LastAdmin, NeedsSchool, NotYoursToManage
from app.accounts.forms import ROLE_NAMES, InviteForm, StaffForm, typed
from app.accounts.models import Role, Staff, StaffStatus, TokenPurpose
from app.accounts.permissions import Permission, requires
from app.accounts.role_table import role_table
from app.accounts.service.links import address_of
from app.accounts.tenancy import school_names
from app.accounts.views.blueprint import bp
from app.core import mail
from app.core.htmx import page_or_block, wants_block
from app.core.ids import row_number

LIST_PAGE, INVITE_PAGE, PERSON_PAGE = "settings/staff.html", "settings/staff_invite.html", "settings/staff_person.html"


@bp.get("/settings/staff")
@requires(Permission.MANAGE_STAFF)
def staff_list() -> ResponseReturnValue:
    """Colleagues of the asker's scope, active ones first."""
    status = request.args.get("status", StaffStatus.ACTIVE)
    status = status if status in list(StaffStatus) else StaffStatus.ACTIVE
    search = request.args.get("q", "").strip()[:100]
    page = queries.staff_page(current_staff, status=status, search=search, after=request.args.get("after", type=row_number))
    return page_or_block(
        LIST_PAGE,
        "people",
        page=page,
        shown_status=status,
        search=search,
        roles=[(str(role), ROLE_NAMES[role]) for role in authority.grantable_roles(current_staff)],
        role_names=ROLE_NAMES,
        role_table=role_table(),
        uninvited=queries.never_invited(current_staff) if status == StaffStatus.INVITED else 0,
    )


@bp.route("/settings/staff/invite", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def invite() -> ResponseReturnValue:
    """Invite a colleague by mail."""
    form = _offered(InviteForm())
    if form.validate_on_submit():
        try:
            staff = service.invite(
                current_staff,
                typed(form.email),
                name=typed(form.name),
                role=Role(form.role.data),
                school_ids=form.schools.data or [],
                job_title=form.job_title.data,
            )
        except EmailTaken as refusal:
            form.email.errors = [refusal.advice]
        else:
            flash(_("%(name)s is invited.", name=staff.name))
            return redirect(url_for(".person", staff_id=staff.id), HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page_or_block(INVITE_PAGE, "settings", status=status, form=form)


@bp.post("/settings/staff/invitations")
@requires(Permission.MANAGE_STAFF)
def invite_everybody() -> ResponseReturnValue:
    """Invite all who came with the roster and were never invited."""
    count = service.invite_everybody(current_staff)
    flash(ngettext("One invitation is on its way.", "%(num)s invitations are on their way.", count))
    return redirect(url_for(".staff_list", status=StaffStatus.INVITED), HTTPStatus.SEE_OTHER)


@bp.get("/settings/staff/<int:staff_id>")
@requires(Permission.MANAGE_STAFF)
def person(staff_id: int) -> ResponseReturnValue:
    """One colleague: role, schools, and what can be done."""
    staff = queries.staff_visible_to(current_staff, staff_id)
    return _person_page(staff, _offered(StaffForm(obj=staff, schools=staff.school_ids), keeps=staff))


@bp.post("/settings/staff/<int:staff_id>")
@requires(Permission.MANAGE_STAFF)
def change_person(staff_id: int) -> ResponseReturnValue:
    """Change name, role and schools."""
    staff = queries.staff_visible_to(current_staff, staff_id)
    form = _offered(StaffForm(), keeps=staff)
    if form.validate_on_submit():
        try:
            service.change_staff(
                current_staff,
                staff_id,
                role=Role(form.role.data),
                school_ids=form.schools.data or [],
                name=typed(form.name),
                job_title=form.job_title.data,
            )
        except LastAdmin as refusal:
            form.role.errors = [refusal.advice]
        else:
            flash(_("Saved."))
            return redirect(url_for(".person", staff_id=staff_id), HTTPStatus.SEE_OTHER)
    return _person_page(staff, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.post("/settings/staff/<int:staff_id>/role")
@requires(Permission.MANAGE_STAFF)
def change_role(staff_id: int) -> ResponseReturnValue:
    """The role alone, from the list. The row comes back as it is now, with the reason if it stayed."""
    note, wanted = None, request.form.get("role", "")
    if wanted not in list(Role):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        service.change_staff(current_staff, staff_id, role=Role(wanted))
    except (LastAdmin, NeedsSchool, NotYoursToManage) as refusal:
        note = refusal.advice
    row = queries.staff_row(current_staff, staff_id)
    if not wants_block():
        flash(note or _("Saved."), "error" if note else "message")
        return redirect(url_for(".staff_list"), HTTPStatus.SEE_OTHER)
    roles = [(str(role), ROLE_NAMES[role]) for role in authority.grantable_roles(current_staff)]
    html = render_template("settings/_staff_row.html", row=row, note=note, saved=not note, roles=roles, role_names=ROLE_NAMES)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK


def _offered(form: StaffForm, keeps: Staff | None = None) -> StaffForm:
    """The choices that the asker may give, and the ones that the person has already."""
    roles = authority.grantable_roles(current_staff)
    schools = authority.grantable_schools(current_staff)
    if keeps is not None and Role(keeps.role) not in roles:
        roles = (*roles, Role(keeps.role))
    return form.offer(roles, schools)


def _person_page(staff: Staff, form: StaffForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    purpose = TokenPurpose.INVITATION if staff.status == StaffStatus.INVITED else TokenPurpose.RESET
    link = queries.open_link(staff, purpose)
    is_manageable = authority.may_manage(current_staff, staff)
    return page_or_block(
        PERSON_PAGE,
        "settings",
        status=status,
        staff=staff,
        form=form,
        is_manageable=is_manageable,
        is_me=staff.id == current_staff.id,
        role_names=ROLE_NAMES,
        school_names=school_names(staff.district_id),
        locked_until=throttle.locked_among([staff.email]).get(staff.email),
        open_sessions=len(sessions.sessions_of(staff)),
        link=link,
        address=address_of(link) if link is not None and is_manageable and not mail.leaves_the_house() else None,
    )
