"""The button below pages that cannot be shown."""

from http import HTTPStatus

from flask import redirect
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.fax.service import drawing_again
from app.fax.views.blueprint import pages


@pages.post("/<int:fax_id>/draw-again")
@requires(Permission.WORK_FAXES)
def draw_again(fax_id: int) -> ResponseReturnValue:
    """Have its pages fetched and drawn once more."""
    drawing_again.draw_again(asker(), fax_id)
    return redirect(f"/fax/{fax_id}", HTTPStatus.SEE_OTHER)
