"""Sinch's faxes: Fax API, version 3 (https://developers.sinch.com/docs/fax).

Our reference is a label of the fax. It tries each fax once for us (`maxRetries`): when it is tried again, the house decides. A fax
that it has begun cannot be called off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import urllib3

from app.carrier import fax_values, media
from app.carrier.fax_codes import FaxCode
from app.carrier.fax_http import Answer, FaxApi
from app.carrier.fax_lists import readable
from app.carrier.faxes import CarrierFax, CarrierFaxStatus, OutboundFax
from app.carrier.forms import BadWebhook
from app.carrier.gateway import CarrierRefused, CarrierUnreachable

BASE = "https://fax.api.sinch.com/v3/projects/{project}"
LABEL = "reference"
LONGEST_HEAD = 50
PAGE_SIZE, MOST_PAGES = 100, 10
NO_WAY_BACK = "cannot_cancel"
GONE = 404

STATUSES = {
    "QUEUED": CarrierFaxStatus.QUEUED,
    "IN_PROGRESS": CarrierFaxStatus.SENDING,
    "COMPLETED": CarrierFaxStatus.DELIVERED,
    "FAILURE": CarrierFaxStatus.FAILED,
}
DOCUMENT, CALL, FAX = "DOCUMENT_CONVERSION_ERROR", "CALL_ERROR", "FAX_ERROR"
REASONS = {
    (CALL, 11): FaxCode.INTERRUPTED,
    (CALL, 16): FaxCode.NO_ANSWER,
    (CALL, 17): FaxCode.BUSY,
    (CALL, 30): FaxCode.NOT_A_FAX,
    (CALL, 32): FaxCode.NOT_A_FAX,
    (CALL, 34): FaxCode.BAD_NUMBER,
    (CALL, 49): FaxCode.BAD_NUMBER,
    (FAX, 13): FaxCode.NOT_A_FAX,
    (FAX, 14): FaxCode.NOT_A_FAX,
    (FAX, 46): FaxCode.REFUSED,
    (FAX, 48): FaxCode.NO_ANSWER,
    (FAX, 75): FaxCode.CANCELLED,
    (FAX, 113): FaxCode.BAD_DOCUMENT,
    (FAX, 131): FaxCode.INTERRUPTED,
    (FAX, 132): FaxCode.NOT_A_FAX,
    (FAX, 133): FaxCode.REFUSED,
}
"""Why a fax failed, by type and number. Whatever else happens after a page went through is an interruption."""
WRONG_FIELDS = {"to": FaxCode.BAD_NUMBER, "contentUrl": FaxCode.BAD_DOCUMENT}


@dataclass(frozen=True)
class SinchFaxes:
    """One project. `callback_url` hears of every fax, with the name and password in it."""

    api: FaxApi
    auth: tuple[str, str]
    callback_url: str
    origins: media.Origins

    def send(self, fax: OutboundFax) -> str:
        """Hand it over."""
        wish = {
            "to": fax.to, "from": fax.sender, "contentUrl": [fax.document_url], "resolution": "FINE",
            "imageConversionMethod": "MONOCHROME", "headerText": fax.station[:LONGEST_HEAD] or "-", "headerPageNumbers": True,
            "labels": {LABEL: fax.reference}, "callbackUrl": self.callback_url, "callbackUrlContentType": "application/json",
            "maxRetries": 0,
        }  # fmt: skip
        answer = self.api.post("/faxes", wish)
        several = answer.get("items") or answer.get("faxes")
        taken = several[0] if isinstance(several, list) and several else answer
        provider_id = taken.get("id") if isinstance(taken, dict) else None
        if not isinstance(provider_id, str) or not provider_id:
            raise CarrierUnreachable("the carrier took it, and its answer has no id")
        return provider_id

    def look_up(self, provider_id: str) -> CarrierFax:
        """How far it is."""
        return _sensible(self.api.get(f"/faxes/{provider_id}"))

    def find_sent(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierFax]:
        """Faxes between two numbers."""
        found = self._list({"direction": "OUTBOUND", "to": to, "from": sender}, since)
        return _newest_first(one for one in found if (one.to, one.sender, one.is_inbound) == (to, sender, False))

    def find_received(self, *, since: datetime) -> Sequence[CarrierFax]:
        """Faxes that came."""
        found = self._list({"direction": "INBOUND"}, since)
        return _newest_first(one for one in found if one.is_inbound and one.status == CarrierFaxStatus.RECEIVED)

    def fetch(self, provider_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Write the document."""
        url = f"{self.api.base}/faxes/{provider_id}/file"
        return media.fetch(url, into, origins=self.origins, auth=self.auth, most_bytes=most_bytes)

    def cancel(self, provider_id: str) -> None:
        """There is no way to call it off."""
        self.look_up(provider_id)
        raise CarrierRefused(NO_WAY_BACK)

    def forget(self, provider_id: str) -> None:
        """Delete the carrier's copy of the document; that there was a fax stays in its books."""
        self.api.delete(f"/faxes/{provider_id}/file")

    def _list(self, query: dict[str, str], since: datetime) -> Iterator[CarrierFax]:
        asked = query | {"createTime>": since.strftime("%Y-%m-%dT%H:%M:%SZ"), "pageSize": str(PAGE_SIZE)}
        under_way = {"status": "QUEUED", "createTime": since.isoformat()}
        for page in range(1, MOST_PAGES + 1):
            answer = self.api.get("/faxes", asked | {"page": str(page)})
            rows = answer.get("faxes", [])
            if not isinstance(rows, list):
                raise CarrierUnreachable("the carrier's list makes no sense")
            yield from (fax for fax in readable(rows, read, as_under_way=under_way) if fax.created_at >= since.replace(microsecond=0))
            if len(rows) < PAGE_SIZE:
                return


def read(given: Any) -> CarrierFax:
    """A fax in the carrier's words. Raises BadWebhook."""
    fax = fax_values.dictionary(given, "fax")
    is_inbound = fax.get("direction") == "INBOUND"
    status = STATUSES.get(str(fax.get("status")))
    if status is None or str(fax.get("direction")) not in {"INBOUND", "OUTBOUND"}:
        raise BadWebhook("status")
    code = _why(fax) if status == CarrierFaxStatus.FAILED else None
    if status == CarrierFaxStatus.DELIVERED and is_inbound:
        status = CarrierFaxStatus.RECEIVED
    if code == FaxCode.CANCELLED:
        status = CarrierFaxStatus.CANCELLED
    labels = fax.get("labels")
    return CarrierFax(
        provider_id=fax_values.fax_id(fax.get("id")), is_inbound=is_inbound, to=fax_values.number(fax.get("to")),
        sender=fax_values.number(fax.get("from")), status=status, created_at=fax_values.moment(fax.get("createTime")),
        pages=fax_values.count(fax.get("pagesSentSuccessfully" if code else "numberOfPages")), code=code,
        raw_code=fax_values.word(f"{fax.get('errorType')} {fax.get('errorCode')}") if code else None,
        reference=fax_values.reference(labels.get(LABEL)) if isinstance(labels, dict) and not is_inbound else None,
    )  # fmt: skip


def refusal(status: int, answer: Answer) -> CarrierRefused:
    """Why a request was refused: the carrier's own code, and what that means for a fax."""
    told = answer.get("error")
    error: Answer = told if isinstance(told, dict) else answer
    code = fax_values.word(error.get("status") or error.get("code")) or str(status)
    if status == GONE:
        return CarrierRefused(str(status), code)
    return CarrierRefused(code, reason=next((WRONG_FIELDS[field] for field in _fields(error) if field in WRONG_FIELDS), FaxCode.REFUSED))


def _fields(error: Answer) -> Iterator[str]:
    """Which fields of a request were wrong, where the carrier says."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else []:
        violations = detail.get("fieldViolations") if isinstance(detail, dict) else None
        for violation in violations if isinstance(violations, list) else []:
            if isinstance(violation, dict):
                yield str(violation.get("field"))


def build(
    *, project: str, key_id: str, key_secret: str, callback_url: str, base: str | None = None, public_address: str | None = None
) -> SinchFaxes:
    """The adapter for a project; with `base` it talks to the simulator there, which may be known by a public address as well."""
    auth = (key_id, key_secret)
    api = FaxApi(base or BASE.format(project=project), dict(urllib3.make_headers(basic_auth=":".join(auth))), refusal)
    origins = media.Origins.of_sinch() if base is None else media.Origins.of_simulator(base, public_address or base)
    return SinchFaxes(api, auth, callback_url, origins)


def _sensible(given: Any) -> CarrierFax:
    try:
        return read(given)
    except BadWebhook as error:
        raise CarrierUnreachable("the carrier's answer makes no sense") from error


def _newest_first(found: Iterator[CarrierFax]) -> list[CarrierFax]:
    return sorted(found, key=lambda fax: fax.created_at, reverse=True)


def _why(fax: dict[str, Any]) -> FaxCode:
    kind, number = fax.get("errorType"), fax.get("errorCode")
    if kind == DOCUMENT:
        return FaxCode.BAD_DOCUMENT
    known = REASONS.get((str(kind), number)) if isinstance(number, int) else None
    return known or (FaxCode.INTERRUPTED if fax_values.count(fax.get("pagesSentSuccessfully")) else FaxCode.FAILED)
