"""Edit adults, their numbers, and what binds them to children."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.core.choices import choices_of
from app.core.errors import HomeroomError
from app.core.presentation import language_name
from app.directory import words
from app.directory.forms import LANGUAGES, ContactPointForm, GuardianForm, GuardianshipForm
from app.directory.models import Guardian
from app.directory.queries.families import as_address
from app.directory.queries.reach import contact_point_visible_to, guardian_visible_to, guardianship_visible_to
from app.directory.queries.stops import stops_of
from app.directory.service import people as service
from app.directory.service.people import GuardianData
from app.directory.views import pages

UNPROCESSABLE = 422


@pages.route("/guardians/<int:guardian_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def edit_guardian(guardian_id: int) -> ResponseReturnValue:
    """An adult's data, with the list of numbers and children."""
    guardian = guardian_visible_to(current_staff, guardian_id)
    form = GuardianForm(obj=guardian)
    form.language.choices = choices_of((code, language_name(code)) for code in dict.fromkeys([guardian.language, *LANGUAGES]))
    if not form.validate_on_submit():
        return _guardian_page(guardian, form), UNPROCESSABLE if form.is_submitted() else 200
    data = GuardianData(
        (form.given_name.data or "").strip(), (form.family_name.data or "").strip(), form.language.data, form.postal_code.data or None,
        (form.note.data or "").strip() or None,
    )  # fmt: skip
    service.change_guardian(current_staff, guardian_id, data)
    flash(_("Saved."))
    return redirect(url_for(".of_guardian", guardian_id=guardian_id), code=303)


def _guardian_page(guardian: Guardian, form: GuardianForm) -> str:
    stops = stops_of(current_staff.district_id, [point.address for point in guardian.contact_points])
    return render_template(
        "directory/edit_guardian.html",
        guardian=guardian,
        form=form,
        addresses=[as_address(point, stops.get(point.address)) for point in guardian.contact_points],
        bonds=[bond for bond in guardian.guardianships if bond.is_active and bond.student.district_id == current_staff.district_id],
    )


@pages.route("/guardians/<int:guardian_id>/contact-points/new", methods=["GET", "POST"], defaults={"point_id": None})
@pages.route("/guardians/<int:guardian_id>/contact-points/<int:point_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def edit_contact_point(guardian_id: int, point_id: int | None) -> ResponseReturnValue:
    """Add or change a phone or an email."""
    guardian = guardian_visible_to(current_staff, guardian_id)
    point = contact_point_visible_to(current_staff, point_id) if point_id is not None else None
    form = ContactPointForm(obj=point)
    if form.validate_on_submit():
        try:
            service.save_contact_point(
                current_staff, guardian.id, point_id, address=form.address.data or "", kind=form.kind.data, label=form.label.data or None,
                priority=form.priority.data or 1,
            )  # fmt: skip
        except HomeroomError as refusal:
            form.address.errors = [*form.address.errors, refusal.advice]
        else:
            flash(_("Saved."))
            return redirect(url_for(".edit_guardian", guardian_id=guardian.id), code=303)
    page = render_template("directory/edit_contact_point.html", guardian=guardian, point=point, form=form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@pages.post("/contact-points/<int:point_id>/retire")
@requires(Permission.EDIT_PEOPLE)
def retire_contact_point(point_id: int) -> ResponseReturnValue:
    """Take an address out of use."""
    point = service.set_contact_point_active(current_staff, point_id, active=False)
    flash(_("The number is no longer used. Its history stays."))
    return redirect(url_for(".edit_guardian", guardian_id=point.guardian_id), code=303)


@pages.post("/contact-points/<int:point_id>/restore")
@requires(Permission.EDIT_PEOPLE)
def restore_contact_point(point_id: int) -> ResponseReturnValue:
    """Use an address again."""
    point = service.set_contact_point_active(current_staff, point_id, active=True)
    return redirect(url_for(".edit_guardian", guardian_id=point.guardian_id), code=303)


@pages.route("/guardianships/<int:guardianship_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def edit_guardianship(guardianship_id: int) -> ResponseReturnValue:
    """What an adult is to a child."""
    bond = guardianship_visible_to(current_staff, guardianship_id)
    form = GuardianshipForm(obj=bond)
    known = dict.fromkeys([bond.relationship_name, *words.RELATIONS])
    form.relationship_name.choices = choices_of((name, words.relation(name)) for name in known)
    if form.validate_on_submit():
        service.change_guardianship(
            current_staff, bond.id, relationship_name=form.relationship_name.data, priority=form.priority.data or 1,
            may_contact=form.may_contact.data, lives_with=form.lives_with.data,
        )  # fmt: skip
        flash(_("Saved."))
        return redirect(url_for(".edit_guardian", guardian_id=bond.guardian_id), code=303)
    page = render_template("directory/edit_guardianship.html", bond=bond, form=form)
    return page, UNPROCESSABLE if form.is_submitted() else 200
