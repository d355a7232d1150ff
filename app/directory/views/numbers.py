"""Numbers and hours: what families see on their phones, and when it stays silent."""

from datetime import time
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.config import Settings
from app.core.choices import choices_of
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.htmx import page_or_block
from app.core.phone_numbers import UnusablePhoneNumber
from app.directory import phone_network
from app.directory.forms import NumberForm, PoolForm, TextingForm
from app.directory.models import District, PhoneNumber, Purpose
from app.directory.phone_network import NetworkAway
from app.directory.queries import numbers as queries
from app.directory.queries.reach import schools_of
from app.directory.service import numbers as service
from app.directory.service import texting
from app.directory.service.numbers import IdTaken, NumberData, NumberInUse, NumberTaken, PoolData, PoolDoesNotFit
from app.directory.views import pages

PAGE = "settings/numbers.html"
NUMBER_PAGE = "settings/numbers_edit.html"
POOL_PAGE = "settings/numbers_pool.html"
CARRIER_PAGE = "settings/numbers_carrier.html"
UNPROCESSABLE = 422
NIGHT = (time(21), time(8))
LINK_DAYS = 30
REFUSED_FIELDS: dict[type[HomeroomError], str] = {
    UnusablePhoneNumber: "address",
    NumberTaken: "address",
    IdTaken: "provider_id",
    NumberInUse: "purpose",
    PoolDoesNotFit: "pool",
}


@pages.get("/settings/numbers")
@requires(Permission.MANAGE_NUMBERS)
def numbers() -> ResponseReturnValue:
    """The numbers and pools, the night, the prices, and the addresses for the carrier."""
    return _numbers_page(_texting_form())


@pages.post("/settings/numbers/texting")
@requires(Permission.MANAGE_NUMBERS)
def save_texting() -> ResponseReturnValue:
    """Change what holds for all texts."""
    form = TextingForm()
    if not form.validate_on_submit():
        return _numbers_page(form, UNPROCESSABLE)
    days = form.guardian_link_days.data or LINK_DAYS
    texting.save_texting(
        current_staff,
        texting.Texting(
            form.night, form.cents_per_segment.data, form.cents_per_mms.data, form.cents_per_call_minute.data, form.auto_reply.data, days
        ),
    )
    flash(_("Saved."))
    return redirect(url_for(".numbers"), code=303)


def _numbers_page(form: TextingForm, status: int = 200) -> ResponseReturnValue:
    rows, pools = queries.numbers_of(current_staff)
    settings: Settings = current_app.extensions["settings"]
    lacks_faxes = settings.fax_carrier == "none" and any(row.number.purpose == Purpose.FAX for row in rows)
    return page_or_block(
        PAGE, "settings", status=status, numbers=rows, pools=pools, form=form, webhooks=_webhooks(), fax_hook=_fax_hook(settings),
        lacks_faxes=lacks_faxes,
    )  # fmt: skip


def _texting_form() -> TextingForm:
    settings = db.session.get_one(District, current_staff.district_id).settings
    given = settings.get("quiet_hours")
    night = tuple(time.fromisoformat(each) for each in given) if given else NIGHT
    return TextingForm(
        data={
            "holds": given != [],
            "quiet_from": night[0],
            "quiet_until": night[1],
            "cents_per_segment": settings.get("cents_per_segment"),
            "cents_per_mms": settings.get("cents_per_mms"),
            "cents_per_call_minute": settings.get("cents_per_call_minute"),
            "auto_reply": settings.get("auto_reply", True),
            "guardian_link_days": settings.get("guardian_link_days", LINK_DAYS),
        }
    )


def _webhooks() -> list[tuple[str, str, str]]:
    settings: Settings = current_app.extensions["settings"]
    base = settings.public_url.rstrip("/")
    return [
        ("hook-messages", _("A message comes in"), f"{base}/webhooks/twilio/messages"),
        ("hook-status", _("Delivery status"), f"{base}/webhooks/twilio/status"),
        ("hook-calls", _("A call comes in"), f"{base}/webhooks/twilio/voice/incoming"),
        ("hook-call-status", _("Call status changes"), f"{base}/webhooks/twilio/voice/status"),
    ]


def _fax_hook(settings: Settings) -> tuple[str, str] | None:
    """What to do with the address for faxes at their carrier, and the address; None where there is none to tell."""
    words = {
        "telnyx": _("Paste this at Telnyx, as the webhook address of the fax application that your fax numbers belong to."),
        "sinch": _(
            "Paste this at Sinch, as the address for incoming faxes of your fax service, with the content type application/json. "
            "Put your own SINCH_WEBHOOK_TOKEN in place of TOKEN: this page does not show it."
        ),
    }.get(settings.fax_carrier)
    if words is None:
        return None
    scheme, _sep, rest = settings.public_url.rstrip("/").partition("://")
    account = "homeroom:TOKEN@" if settings.fax_carrier == "sinch" else ""
    return words, f"{scheme}://{account}{rest}/webhooks/fax/{settings.fax_carrier}"


@pages.route("/settings/numbers/new", methods=["GET", "POST"], defaults={"number_id": None})
@pages.route("/settings/numbers/<int:number_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_NUMBERS)
def edit_number(number_id: int | None) -> ResponseReturnValue:
    """Add a number, or change one."""
    number = queries.number_visible_to(current_staff, number_id) if number_id is not None else None
    form = _number_form(number)
    if form.validate_on_submit():
        data = NumberData(
            form.address.data or "", form.label.data, form.purpose.data, form.kind.data, form.segments_per_second.data, form.school.data,
            form.pool.data, form.provider_id.data, form.calls_per_second.data,
        )  # fmt: skip
        try:
            service.save_number(current_staff, number_id, data)
        except tuple(REFUSED_FIELDS) as refusal:
            form[REFUSED_FIELDS[type(refusal)]].errors = [refusal.advice]
        else:
            flash(_("Saved."))
            return redirect(url_for(".numbers"), code=303)
    return page_or_block(NUMBER_PAGE, "settings", status=UNPROCESSABLE if form.is_submitted() else 200, form=form, number=number)


def _number_form(number: PhoneNumber | None) -> NumberForm:
    given: dict[str, Any] = {"school": number.school_id, "pool": number.messaging_service_id} if number else {}
    form = NumberForm(obj=number, **given)
    form.school.choices = choices_of([("", _("The whole district")), *((school.id, school.name) for school in schools_of(current_staff))])
    form.pool.choices = choices_of([("", _("None")), *((pool.id, pool.name) for pool in queries.pools_of(current_staff))])
    if number is not None:
        form.address.data = number.address
    return form


@pages.post("/settings/numbers/<int:number_id>/rest")
@requires(Permission.MANAGE_NUMBERS)
def rest_number(number_id: int) -> ResponseReturnValue:
    """Give it to no new conversation."""
    number = service.set_number_active(current_staff, number_id, active=False)
    if number.purpose == Purpose.FAX:
        flash(_("No fax is sent from this number any more. Those that come to it still arrive."))
    else:
        flash(_("New conversations no longer get this number. Those that run over it go on."))
    return redirect(url_for(".numbers"), code=303)


@pages.post("/settings/numbers/<int:number_id>/use")
@requires(Permission.MANAGE_NUMBERS)
def use_number(number_id: int) -> ResponseReturnValue:
    """Take it into use."""
    service.set_number_active(current_staff, number_id, active=True)
    flash(_("The number is in use."))
    return redirect(url_for(".numbers"), code=303)


@pages.route("/settings/numbers/pools/new", methods=["GET", "POST"], defaults={"pool_id": None})
@pages.route("/settings/numbers/pools/<int:pool_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_NUMBERS)
def edit_pool(pool_id: int | None) -> ResponseReturnValue:
    """Add a pool, or change one."""
    pool = queries.pool_visible_to(current_staff, pool_id) if pool_id is not None else None
    form = PoolForm(obj=pool)
    if form.validate_on_submit():
        data = PoolData(form.name.data or "", form.purpose.data, form.segments_per_minute.data, form.provider_id.data)
        try:
            service.save_pool(current_staff, pool_id, data)
        except (IdTaken, NumberInUse) as refusal:
            form[REFUSED_FIELDS[type(refusal)]].errors = [refusal.advice]
        else:
            flash(_("Saved."))
            return redirect(url_for(".numbers"), code=303)
    return page_or_block(POOL_PAGE, "settings", status=UNPROCESSABLE if form.is_submitted() else 200, form=form, pool=pool)


@pages.get("/settings/numbers/carrier")
@requires(Permission.MANAGE_NUMBERS)
def numbers_at_carrier() -> ResponseReturnValue:
    """What the carrier has, asked now: which numbers are new, and which bring texts or calls somewhere else."""
    hooks = {name: address for name, _words, address in _webhooks()}
    try:
        rented = phone_network.network().rented_numbers()
    except NetworkAway as refusal:
        return page_or_block(CARRIER_PAGE, "settings", status=503, advice=refusal.advice, new=[], ours=[], hooks=hooks)
    new, ours = service.not_yet_ours(current_staff, rented)
    return page_or_block(CARRIER_PAGE, "settings", advice=None, new=new, ours=ours, hooks=hooks)


@pages.post("/settings/numbers/carrier")
@requires(Permission.MANAGE_NUMBERS)
def take_over_numbers() -> ResponseReturnValue:
    """Add the chosen ones."""
    chosen = set(request.form.getlist("number"))
    try:
        rented = phone_network.network().rented_numbers()
    except NetworkAway as refusal:
        flash(refusal.advice)
        return redirect(url_for(".numbers"), code=303)
    count = service.take_over(current_staff, [each for each in rented if each.provider_id in chosen])
    flash(
        ngettext(
            "%(num)s number added. It rests until you say what it is for and take it into use.",
            "%(num)s numbers added. They rest until you say what each is for and take it into use.",
            count,
        )
    )
    return redirect(url_for(".numbers"), code=303)
