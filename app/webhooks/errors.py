"""Refusals of this room."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError
from app.core.net_guard import UnsafeAddress


class TooManyEndpoints(HomeroomError):
    """A district has as many as it may."""

    code = "too_many_endpoints"
    advice = _l("There are 20 endpoints already. Delete one that nobody needs, then add this one.")


class AddressDeleted(UnsafeAddress):
    """An admin took it back from this system: only an admin allows it again."""

    advice = _l("An administrator of the district deleted this address. Ask them to allow it again, or give another one.")


class NothingChosen(HomeroomError):
    """An endpoint that wants to hear of nothing."""

    code = "nothing_chosen"
    advice = _l("Choose at least one kind of event.")


class EndpointPaused(HomeroomError):
    """Nothing is handed over while it is paused."""

    code = "endpoint_paused"
    advice = _l("This endpoint is paused. Resume it first; what waits is then handed over.")


class RenewedBefore(HomeroomError):
    """A form that was sent before, or beside somebody else's, asks for one more secret."""

    code = "renewed_before"
    status = HTTPStatus.CONFLICT
    advice = _l(
        "A new secret was made before, and shown then; the one before it goes on signing. "
        "If nobody copied the new one, press “New secret” once more."
    )
