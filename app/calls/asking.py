"""Asking the carrier for one thing, whatever it answers: an errand always has an outcome. Runs in a thread, without a transaction."""

from collections.abc import Callable
from typing import Protocol

import structlog

from app.calls.models import WishKind
from app.calls.service.outcomes import Later, Lost, Outcome, Refused
from app.carrier.gateway import CarrierBusy, CarrierFailed, CarrierRefused

log = structlog.get_logger()


class Wished(Protocol):
    """Whatever is asked for."""

    @property
    def wish_id(self) -> int: ...  # noqa: D102  # the names say it
    @property
    def kind(self) -> WishKind: ...  # noqa: D102


def asked(errand: Wished, ask: Callable[[], Outcome]) -> Outcome:
    """What came of asking."""
    try:
        return ask()
    except CarrierRefused as refusal:
        return Refused(refusal.code)
    except CarrierBusy as busy:
        return Later(busy.retry_after or 2.0)
    except CarrierFailed as error:
        log.warning("calls.answer_lost", wish_id=errand.wish_id, kind=errand.kind, problem=type(error).__name__)
        return Lost()
    except Exception:
        log.exception("calls.not_asked", wish_id=errand.wish_id, kind=errand.kind)
        return Lost()
