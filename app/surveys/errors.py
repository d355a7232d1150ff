"""What this room refuses, and what the person can do instead."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NoSuchChoice(HomeroomError):
    """An answer that the question does not offer."""

    code = "no_such_choice"
    advice = _l("Choose one of the answers.")


class SurveyMoved(Conflict):
    """Somebody closed it, or changed its end, a moment ago."""

    code = "survey_moved"
    advice = _l("Somebody changed when this question closes a moment ago. Look at it again.")


class ClosesTooLate(HomeroomError):
    """An end in the past, or too far away."""

    code = "closes_too_late"
    advice = _l("Choose a day that is still to come, within 90 days.")
