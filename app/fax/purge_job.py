"""Deletes faxes that are over, then their files and the carrier's copies; one after the other, with no transaction open meanwhile."""

from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy import select

from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.errors import HomeroomError
from app.core.jobs import job
from app.directory.models import District
from app.fax.models import LeftoverKind
from app.fax.service import leftovers, purging

log = structlog.get_logger()


@job()
def purge_due() -> None:
    """Every district by its own rule."""
    for district_id in db.session.scalars(select(District.id)).all():
        while number := purging.purge_some(district_id):
            log.info("fax.purged", district_id=district_id, many=number)
    clear_files()
    clear_carrier()


def clear_files() -> None:
    """Of what is gone."""
    store = file_store()
    while (one := leftovers.take_up(LeftoverKind.FILE)) is not None:
        release_connection()
        try:
            store.delete(one.key)
        except (OSError, HomeroomError) as error:  # the store is away
            log.warning("fax.file_not_deleted", problem=type(error).__name__)
            leftovers.ask_again_later(one)
            return  # so are the others
        else:
            leftovers.is_gone(one)


def clear_carrier() -> None:
    """Its copies of what is gone, or what the house has itself."""
    carrier = faxes_of(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    if carrier is None:
        return
    while (one := leftovers.take_up(LeftoverKind.CARRIER)) is not None:
        release_connection()
        try:
            carrier.forget(one.key)
        except CarrierRefused:
            leftovers.is_gone(one)  # it has none
        except CarrierFailed as error:
            goes_on = leftovers.ask_again_later(one)
            log.warning("fax.carrier_keeps_copy", problem=type(error).__name__, is_given_up=not goes_on)
            return
        else:
            leftovers.is_gone(one)
