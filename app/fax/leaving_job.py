"""Sends faxes that leave by themselves: a worker, with no transaction open while their document is put together."""

from datetime import timedelta

import structlog

from app.accounts.errors import BearerClosed
from app.carrier.fax_codes import FaxCode
from app.core.database import db
from app.core.documents.problems import DocumentRefused
from app.core.errors import NotVisible
from app.core.events import on
from app.core.files import FileGone
from app.core.jobs import job
from app.fax.errors import FaxMoved, UnderHold
from app.fax.errors_sending import NoFaxLine, NoFaxNumber, NotADraft, NotAFaxNumber, NotSendable
from app.fax.events import LeaveWaiting
from app.fax.service import leaving
from app.fax.service.leaving import Due

log = structlog.get_logger()
MOVED, TROUBLE = timedelta(seconds=1), timedelta(seconds=30)
"""Until the next look: after somebody changed it meanwhile, and after trouble of the house."""


@job()
def leave_due() -> None:
    """Whatever is due, until nothing is."""
    while (due := leaving.take_up()) is not None:
        try:
            _leave(due)
        except Exception:
            log.exception("fax.did_not_leave", fax_id=due.fax_id)
            db.session.rollback()
            leaving.put_off(due, TROUBLE)
        finally:
            db.session.remove()


def _leave(due: Due) -> None:
    try:
        _send(due)
    except UnderHold:
        leaving.forget(due)


def _send(due: Due) -> None:
    try:
        leaving.send(due)
    except BearerClosed:
        leaving.put_away(due)
    except FaxMoved:
        leaving.put_off(due, MOVED)
    except (NotADraft, NotVisible):
        leaving.forget(due)
    except (NotSendable, DocumentRefused, FileGone) as refusal:
        leaving.give_up(due, _code_of(refusal))


def _code_of(refusal: Exception) -> FaxCode:
    if isinstance(refusal, NoFaxLine | NoFaxNumber):
        return FaxCode.NO_LINE
    return FaxCode.BAD_NUMBER if isinstance(refusal, NotAFaxNumber) else FaxCode.BAD_DOCUMENT


@on(LeaveWaiting)
def wake(_fact: LeaveWaiting) -> None:
    """At once."""
    leave_due.send()
