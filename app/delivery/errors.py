"""Refusals of this room."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict


class AlreadyLeft(Conflict):
    """A dispatcher took it before it could be taken back."""

    code = "already_left"
    advice = _l("It has already left and cannot be taken back.")


class NotFailed(Conflict):
    """Only what failed can be tried again, and only once."""

    code = "not_failed"
    advice = _l("This text is not waiting for another try: it arrived, is still under way, or was already tried again.")


class NotDoubtful(Conflict):
    """Somebody decided before, or the carrier spoke up in the meantime."""

    code = "not_doubtful"
    advice = _l("This is settled already. Look at it again: the carrier may have answered in the meantime.")


class NobodyToAsk(Conflict):
    """A mail server does not tell what it has."""

    code = "nobody_to_ask"
    advice = _l("A mail server cannot be asked. Ask the family, or decide here.")


class MayNotRetry(Conflict):
    """Trying again would only fail again."""

    code = "may_not_retry"
    advice = _l("Trying again would fail again. Call, or write to another contact of the family.")


class OwnerEnded(Conflict):
    """It belongs to an announcement that somebody stopped for good."""

    code = "owner_ended"
    advice = _l("The announcement was stopped, so nothing of it is sent any more. Write to the family, or send a new announcement.")


class NotOnTheLine(Conflict):
    """It ended, or has not begun."""

    code = "not_on_the_line"
    advice = _l("It is not on the line any more. Look how it ended.")


class CannotStop(Conflict):
    """It is too late, or this carrier has no way back."""

    code = "cannot_stop"
    advice = _l("The carrier cannot stop it any more. Call them, and ask them to destroy the pages.")


class CarrierSilent(Conflict):
    """It goes on meanwhile."""

    code = "carrier_silent"
    advice = _l("The carrier did not answer, so the fax goes on. Try once more at once, or call them.")
