"""Has the carrier delete what the house keeps itself, or does not want: families' voices stay in one place only."""

from typing import cast

import structlog
from flask import Flask, current_app

from app.calls.service import forgetting
from app.carrier.gateway import CarrierFailed
from app.carrier.voice_choice import recordings_of
from app.core.database import release_connection
from app.core.jobs import job

log = structlog.get_logger()


@job()
def forget_due() -> None:
    """One after the other, until none is due."""
    carrier = recordings_of(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    while (one := forgetting.take_up()) is not None:
        release_connection()
        try:
            carrier.delete(one.provider_id)
        except CarrierFailed as error:
            goes_on = forgetting.ask_again_later(one.id)
            log.warning("recordings.not_deleted", recording_id=one.id, problem=type(error).__name__, is_given_up=not goes_on)
        else:
            forgetting.is_forgotten(one.id)
