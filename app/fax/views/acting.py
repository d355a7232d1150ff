"""What is done with one fax."""

from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.conversations.views.answers import done
from app.core.errors import NotVisible
from app.core.ids import row_number_or_none
from app.core.presentation import gettext as _
from app.fax import queries
from app.fax.models import Turn
from app.fax.service import looking, reading
from app.fax.views.blueprint import pages
from app.fax.views.paper import pages_shown
from app.fax.views.shown import name_of


@pages.post("/<int:fax_id>/read")
@requires(Permission.READ_FAXES)
def read(fax_id: int) -> ResponseReturnValue:
    """It was in sight for a second."""
    reading.mark_read(asker(), fax_id)
    return "", HTTPStatus.NO_CONTENT


@pages.post("/<int:fax_id>/pages/<int:page_id>/turn")
@requires(Permission.READ_FAXES)
def turn(fax_id: int, page_id: int) -> ResponseReturnValue:
    """Which way up a page is."""
    wanted = row_number_or_none(request.form.get("turn"))
    if wanted not in set(Turn):
        raise NotVisible
    page = reading.turn_page(asker(), fax_id, page_id, Turn(wanted))
    return done("", f"/fax/{fax_id}#p{page.number}", turn=page.turn)


@pages.get("/<int:fax_id>/print")
@requires(Permission.READ_FAXES)
def printing(fax_id: int) -> str:
    """Its pages in full, one to a sheet."""
    fax = queries.fax_visible_to(asker(), fax_id)
    looking.note_printed(asker(), fax)
    title = _("Fax from %(name)s", name=name_of(fax)) if fax.is_inbound else _("Fax to %(name)s", name=name_of(fax))
    return render_template("fax/print.html", fax=fax, title=title, pages=pages_shown(fax, asker()))
