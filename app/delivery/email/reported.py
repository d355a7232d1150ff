"""Applying what mail servers report. Reports come late, twice and about earlier attempts: a delivery only moves forward."""

from sqlalchemy import bindparam

from app.carrier.error_codes import HouseCode
from app.core.clock import now
from app.core.database import transaction
from app.delivery.effects import apply_arrivals, apply_failure
from app.delivery.email.failures import MailCode
from app.delivery.email.reports import Report, What
from app.delivery.models import EMAIL, DeliveryState
from app.delivery.results import FREE, Change, deliveries, lock, write
from app.directory.models import EMAILS, ConsentKind, ConsentSource
from app.directory.service import record_consent

_OF_REPORT = (deliveries.c.uuid == bindparam("uuid")) & (deliveries.c.channel == EMAIL)
LEFT = frozenset({DeliveryState.PROCESSING, DeliveryState.SENT})


def apply(report: Report) -> bool:
    """Write down what a report says; False when it is about nothing that we sent."""
    with transaction() as events:
        (row,) = lock(_OF_REPORT, {"uuid": report.uuid}) or (None,)
        if row is None or row.attempts < report.attempt or report.attempt < 1:
            return False
        if report.what is What.COMPLAINED:
            record_consent(row.district_id, row.address, EMAILS, ConsentKind.OPTED_OUT, ConsentSource.CARRIER, wording=HouseCode.OPTED_OUT)
            return True
        is_newest = row.attempts == report.attempt and row.state in LEFT
        values = {"doubtful_since": None, "finished_at": now(), **FREE}
        if report.what is What.ARRIVED:
            apply_arrivals({(row.district_id, row.address)})
            values |= {"state": DeliveryState.DELIVERED, "error_code": None}
        else:
            code = report.code or MailCode.REFUSED
            apply_failure(row.district_id, row.address, None, code)
            values |= {"state": DeliveryState.FAILED, "error_code": code}
        if is_newest:
            write([Change(row, values)], events)
    return True
