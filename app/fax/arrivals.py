"""Looks at the carrier for faxes of which no word came: a webhook may get lost, a fax may not."""

from datetime import timedelta
from typing import cast

import structlog
from flask import Flask, current_app

from app.carrier import fax_news
from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed
from app.carrier.service import NotOurNumber
from app.core.clock import now
from app.core.database import release_connection
from app.core.jobs import job

log = structlog.get_logger()

BACK = timedelta(hours=6)
FARTHER_BACK = timedelta(days=3)
"""At the first look of a process: it may have been down for a weekend."""
LOOKED = "fax_arrivals_looked"


@job()
def look_for_arrivals() -> int:
    """Tell of what was not told; how many those were."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    carrier = faxes_of(app)
    if carrier is None:
        return 0
    release_connection()
    try:
        there = carrier.find_received(since=now() - (BACK if app.extensions.get(LOOKED) else FARTHER_BACK))
    except CarrierFailed as error:
        log.warning("fax.arrivals_not_asked", problem=type(error).__name__)
        return 0
    app.extensions[LOOKED] = True
    found = 0
    for fax in reversed(there):
        try:
            found += fax_news.record(fax)
        except NotOurNumber:
            continue  # one account may have numbers of somebody else
    if found:
        log.warning("fax.news_was_lost", number=found)
    return found
