"""A draft as the other side's machine will print it, page by page."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.core.errors import HomeroomError
from app.core.ids import row_number_or_none
from app.core.phone_numbers import for_people, is_e164
from app.core.presentation import gettext as _
from app.fax import links
from app.fax.errors import FaxMoved
from app.fax.models import Fax, FaxPage
from app.fax.queries_sending import draft_visible_to, pages_of, parts_of, zone_of_fax
from app.fax.service import covers, sending
from app.fax.views.blueprint import pages
from app.fax.views.composing import moment_asked


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page of paper."""

    id: int
    number: int
    label: str
    picture: str
    thumb: str
    width: int
    height: int
    alt: str


@pages.get("/<int:fax_id>/preview")
@requires(Permission.WORK_FAXES)
def preview(fax_id: int) -> ResponseReturnValue:
    """All pages that are drawn, in black and white."""
    fax = draft_visible_to(asker(), fax_id)
    files = parts_of(fax_id)
    shown = paper(fax, pages_of(files), asker().id)
    waiting = sum(1 for part in files if part.paper == "waiting")
    to = fax.name or (for_people(fax.address) if is_e164(fax.address) else "")
    return render_template("fax/preview.html", fax=fax, pages=shown, waiting=waiting, to=to)


@pages.post("/<int:fax_id>/send")
@requires(Permission.WORK_FAXES)
def send(fax_id: int) -> ResponseReturnValue:
    """As it is kept, without going through the form again."""
    fax = draft_visible_to(asker(), fax_id)
    seen = row_number_or_none(request.form.get("version"))
    try:
        sending.send(asker(), fax_id, at=moment_asked(zone_of_fax(fax)) or fax.send_at, version=seen)
    except FaxMoved:
        covers.bring_up_to_date(draft_visible_to(asker(), fax_id))
        flash(_("The fax changed since you looked at it, so nothing was sent. These are its pages now."), "error")
        return redirect(url_for(".preview", fax_id=fax_id), HTTPStatus.SEE_OTHER)
    except HomeroomError as refusal:
        flash(refusal.advice, "error")
        return redirect(url_for(".edit", fax_id=fax_id), HTTPStatus.SEE_OTHER)
    return redirect(f"/fax/{fax_id}?box=sent", HTTPStatus.SEE_OTHER)


def paper(fax: Fax, drawn: list[FaxPage], staff_id: int) -> list[PageShown]:
    """Pages with addresses of their pictures for one person."""
    until = links.open_until()
    return [
        PageShown(
            id=page.id, number=number, label=_("Page %(number)s of %(all)s", number=number, all=len(drawn)),
            picture=links.link(fax.id, page.screen_key, staff_id, until), thumb=links.link(fax.id, page.thumb_key, staff_id, until),
            width=page.width, height=page.height,
            alt=" ".join(page.words.split())[:500] or _("Page %(number)s of %(all)s", number=number, all=len(drawn)),
        )
        for number, page in enumerate(drawn, 1)
    ]  # fmt: skip
