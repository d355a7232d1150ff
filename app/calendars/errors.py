"""Why a calendar was not connected, read or given back."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError


class NotSetUp(HomeroomError):
    """Whoever runs this house has no client at the provider."""

    code = "not_connected"
    status = HTTPStatus.NOT_FOUND
    advice = _l("This kind of calendar is not set up here. Ask whoever runs Homeroom.")


class NotYourWay(HomeroomError):
    """The state is nobody's, somebody else's, or was used."""

    code = "calendar_state"
    status = HTTPStatus.NOT_FOUND
    advice = _l(
        "This way back was used already, is too old, or belongs to somebody else. Begin again from the app that asked for your calendar."
    )


class NotGranted(HomeroomError):
    """The person said no, or gave less than reading needs."""

    code = "calendar_not_granted"
    advice = _l("Reading the calendar was not allowed, so nothing was connected. Begin again and allow it if you want it here.")


class ProviderAway(HomeroomError):
    """No answer, or none that can be understood; another try may work."""

    code = "calendar_provider_away"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    advice = _l("The calendar’s provider did not answer as it should. Nothing was changed. Try again in a few minutes.")


class GrantLapsed(HomeroomError):
    """The provider does not take the token any more."""

    code = "calendar_grant_lapsed"
    status = HTTPStatus.CONFLICT
    advice = _l("Access to this calendar was withdrawn or has run out. Connect it again.")
