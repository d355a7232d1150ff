"""Sending faxes: now, later, and again. All through the service that the pages use."""

from collections.abc import Sequence
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.refusals import Refused, Why
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.files import opened
from app.api.ringplan.queries.faxes import Tray, id_within, row_of
from app.api.ringplan.shapes.faxes import fax_message
from app.api.ringplan.telling import as_state
from app.api.ringplan.writing import moment, told_number
from app.core.database import release_connection
from app.fax.errors import UnderHold
from app.fax.errors_sending import NotFailed
from app.fax.errors_triage import StillOnItsWay
from app.fax.models import Fax
from app.fax.queries_sending import senders_of
from app.fax.service import ordering, putting_aside
from app.fax.service.ordering import Change, Document


@face.operation("sendFax", scope=Scope.SEND_FAXES)
def send_fax(asked: Asked) -> Answer:
    """Accepted: its pages are made now, and it leaves a moment later."""
    with ExitStack() as files:
        return _told(asked, ordering.order(asked.staff, _change(asked, files)), HTTPStatus.CREATED)


@face.operation("scheduleFax", scope=Scope.SEND_FAXES)
def schedule_fax(asked: Asked) -> Answer:
    """The same at a time to come."""
    return send_fax(asked)


@face.operation("updateOutboundFax", scope=Scope.SEND_FAXES)
def update_outbound(asked: Asked) -> Answer:
    """Put a failed one right."""
    fax_id = id_within(asked.staff, asked.path["fax_message_id"], Tray.OUTBOUND)
    with as_state(NotFailed, UnderHold), ExitStack() as files:
        return _told(asked, ordering.correct(asked.staff, fax_id, _change(asked, files)))


@face.operation("retryFax", scope=Scope.SEND_FAXES)
def retry_fax(asked: Asked) -> Answer:
    """Send a failed one once more."""
    fax_id = id_within(asked.staff, asked.path["fax_message_id"], Tray.OUTBOUND)
    with as_state(NotFailed, UnderHold):
        return _told(asked, ordering.again(asked.staff, fax_id), HTTPStatus.ACCEPTED)


@face.operation("deleteOutboundFax", scope=Scope.SEND_FAXES)
def delete_outbound(asked: Asked) -> Answer:
    """Not one that may leave any moment."""
    with as_state(StillOnItsWay, UnderHold):
        putting_aside.delete(asked.staff, id_within(asked.staff, asked.path["fax_message_id"], Tray.OUTBOUND))
    return Answer(HTTPStatus.NO_CONTENT)


@face.operation("updateScheduledFax", scope=Scope.SEND_FAXES)
def update_scheduled(asked: Asked) -> Answer:
    """Another time, or something else about it."""
    fax_id = id_within(asked.staff, asked.path["fax_message_id"], Tray.SCHEDULED)
    with as_state(UnderHold), ExitStack() as files:
        return _told(asked, ordering.change(asked.staff, fax_id, _change(asked, files)))


@face.operation("cancelScheduledFax", scope=Scope.SEND_FAXES)
def cancel_scheduled(asked: Asked) -> Answer:
    """It never leaves."""
    with as_state(UnderHold):
        ordering.call_off(asked.staff, id_within(asked.staff, asked.path["fax_message_id"], Tray.SCHEDULED))
    return Answer(HTTPStatus.NO_CONTENT)


def _told(asked: Asked, fax: Fax, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, fax_message(row_of(fax.id), company_of(asked.staff).id))


def _change(asked: Asked, files: ExitStack) -> Change:
    body: dict[str, Any] = asked.body
    at, file = body.get("send_at"), body.get("file")
    change = Change(
        number=body.get("to"), sender_id=_sender_id(asked, body["from"]) if "from" in body else None, name=body.get("to_name"),
        own_name=body.get("from_name"), subject=body.get("subject"), emails=_emails(body.get("emails")),
        at=moment(at, company_of(asked.staff).zone, field="body/send_at") if at is not None else None,
        document=_document(asked, file["id"], files) if file is not None else None,
    )  # fmt: skip
    release_connection()
    return change


def _document(asked: Asked, file_id: str, files: ExitStack) -> Document:
    file = opened(asked.staff, file_id)
    return Document(files.enter_context(file.stream), file.name, file.mime)


def _sender_id(asked: Asked, text: str) -> int:
    """Which of our numbers is meant. Raises Refused."""
    address = told_number(text, field="body/from")
    found = next((one.number.id for one in senders_of(asked.staff) if one.number.address == address), None)
    if found is None:
        sentence = "The acting user may not fax from this number. GET /fax/numbers lists those that are theirs."
        raise Refused(Why.RULE, sentence, field="body/from")
    return found


def _emails(given: str | Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    return [given] if isinstance(given, str) else list(given)
