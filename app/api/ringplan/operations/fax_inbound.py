"""One received fax."""

from http import HTTPStatus

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.queries.faxes import Tray, id_within, row_of
from app.api.ringplan.shapes.faxes import fax_message
from app.api.ringplan.telling import as_state
from app.fax.errors import UnderHold
from app.fax.service import putting_aside, received


@face.operation("updateInboundFax", scope=Scope.SEND_FAXES)
def update_inbound(asked: Asked) -> Answer:
    """Read, hidden, or called something else."""
    fax_id, body = id_within(asked.staff, asked.path["fax_message_id"], Tray.INBOUND), asked.body
    wish = received.Wish(
        is_read=body.get("is_read"), is_hidden=body.get("is_hidden"), name=body.get("from_name"), own_name=body.get("to_name"),
        subject=body.get("subject"),
    )  # fmt: skip
    received.change(asked.staff, fax_id, wish)
    return Answer(body=fax_message(row_of(fax_id), company_of(asked.staff).id))


@face.operation("deleteInboundFax", scope=Scope.SEND_FAXES)
def delete_inbound(asked: Asked) -> Answer:
    """For as long as the district keeps what was deleted, an admin can take it back on the page."""
    with as_state(UnderHold):
        putting_aside.delete(asked.staff, id_within(asked.staff, asked.path["fax_message_id"], Tray.INBOUND))
    return Answer(HTTPStatus.NO_CONTENT)
