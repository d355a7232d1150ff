"""Faxes by the page; their numbers, and how many there are."""

import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from app.accounts.permissions import Permission, role_allows
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.identifiers import DIGITS, id24
from app.api.refusals import Refused, Why
from app.api.ringplan.company import Company, company_of
from app.api.ringplan.face import face
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import faxes as queries
from app.api.ringplan.queries.faxes import Tray, Wanted
from app.api.ringplan.shapes.faxes import fax_message
from app.api.ringplan.writing import moment, shown_number
from app.fax.models import FaxDestination
from app.fax.queries_sending import senders_of
from app.fax.queries_statistics import totals
from app.fax.service import destinations


@face.operation("listInboundFaxes", scope=Scope.READ_FAXES)
def list_inbound(asked: Asked) -> Answer:
    """What came."""
    return _listed(asked, Tray.INBOUND)


@face.operation("listOutboundFaxes", scope=Scope.READ_FAXES)
def list_outbound(asked: Asked) -> Answer:
    """What was sent, or is on its way."""
    return _listed(asked, Tray.OUTBOUND)


@face.operation("listScheduledFaxes", scope=Scope.READ_FAXES)
def list_scheduled(asked: Asked) -> Answer:
    """What waits for its time."""
    return _listed(asked, Tray.SCHEDULED)


@face.operation("getFaxStatistics", scope=Scope.READ_FAXES)
def get_statistics(asked: Asked) -> Answer:
    """Of all that the acting user sees."""
    found = totals(asked.staff)
    return Answer(body={"inbound": found.inbound, "inbound_hidden": found.inbound_hidden, "outbound": found.outbound})


@face.operation("listFaxNumbers", scope=Scope.READ_FAXES)
def list_numbers(asked: Asked) -> Answer:
    """From which the acting user may send."""
    return Answer(body=[shown_number(one.number.address) for one in senders_of(asked.staff)])


@face.operation("createFaxDestination", scope=Scope.SEND_FAXES)
def create_destination(asked: Asked) -> Answer:
    """Offered from now on to who forwards a fax. Nothing goes there by itself: that is decided for each number, on a page."""
    if not role_allows(asked.staff.role, Permission.MANAGE_FAXES):
        raise Refused(Why.NOT_ALLOWED, "The acting user may not change where faxes go. Name an admin in X-User-Id.")
    rows, is_new = destinations.offer(asked.staff, asked.body["emails"])
    emails = [row.address for row in rows]
    body = {"id": _id_of(rows), "company": company_of(asked.staff).id, "emails": emails, "reprname": ", ".join(emails)}
    return Answer(HTTPStatus.CREATED if is_new else HTTPStatus.OK, body)


def _id_of(rows: Sequence[FaxDestination]) -> str:
    """One address has its row's; several together have one that is always the same for them."""
    if len(rows) == 1:
        return id24(rows[0].uuid)
    return hashlib.sha256(b"".join(sorted(row.uuid.bytes for row in rows))).hexdigest()[:DIGITS]


def _listed(asked: Asked, tray: Tray) -> Answer:
    company, page, size = company_of(asked.staff), asked.query["page"], asked.query["per_page"]
    rows, total = queries.rows_of(asked.staff, tray, _wanted(asked, company), page=page, size=size)
    return paged([fax_message(row, company.id) for row in rows], total, page=page, size=size)


def _wanted(asked: Asked, company: Company) -> Wanted:
    query = asked.query
    since, until = query.get("start_date"), query.get("end_date")
    return Wanted(
        since=moment(since, company.zone, field="query/start_date") if since else None,
        until=moment(until, company.zone, field="query/end_date", is_end=True) if until else None,
        number=query.get("number", ""), name=query.get("name", ""), subject=query.get("subject", ""), search=query.get("search", ""),
        is_read=query.get("is_read"), also_without_number=query.get("undefined", False), sort=query.get("sort", ()),
    )  # fmt: skip
