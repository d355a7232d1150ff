"""Refusals of this room."""

from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError


class TooManyEndpoints(HomeroomError):
    """A district has as many as it may."""

    code = "too_many_endpoints"
    advice = _l("There are 20 endpoints already. Delete one that nobody needs, then add this one.")


class NothingChosen(HomeroomError):
    """An endpoint that wants to hear of nothing."""

    code = "nothing_chosen"
    advice = _l("Choose at least one kind of event.")


class EndpointPaused(HomeroomError):
    """Nothing is handed over while it is paused."""

    code = "endpoint_paused"
    advice = _l("This endpoint is paused. Resume it first; what waits is then handed over.")
