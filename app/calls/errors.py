"""What this room refuses, and what the person can do instead."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NobodyToCall(HomeroomError):
    """No participant was chosen."""

    code = "nobody_to_call"
    advice = _l("Choose at least one person to call.")


class TooMany(HomeroomError):
    """More than the carrier lets into one conference."""

    code = "too_many_in_call"
    advice = _l("A call takes at most 250 people. Leave some out.")


class NotAPhone(HomeroomError):
    """A number that no phone has."""

    code = "not_a_phone"
    advice = _l("Write the phone number with its area code, such as (503) 555-0100.")


class SamePhone(HomeroomError):
    """Two legs to one phone."""

    code = "same_phone"
    advice = _l("This phone is in the call already.")


class NoNumberToCallFrom(HomeroomError):
    """The school has no number of its own."""

    code = "no_number_to_call_from"
    advice = _l("The school has no number to call from. Ask an admin to add one.")


class MayNotBeCalled(HomeroomError):
    """The records, or a wish, forbid to call somebody."""

    code = "may_not_be_called"
    advice = _l("The records do not allow calling this person.")


class QuietHours(HomeroomError):
    """It is night where somebody lives."""

    code = "quiet_hours"
    advice = _l("It is a quiet hour there now. Call later, or say that it is an emergency.")


class CallIsOver(Conflict):
    """It ended meanwhile."""

    code = "call_is_over"
    advice = _l("The call has ended.")


class CallIsLocked(Conflict):
    """Nobody else gets in."""

    code = "call_is_locked"
    advice = _l("The call is locked. Unlock it to bring in somebody else.")


class LegMoved(Conflict):
    """A leg is not in the state any more in which that can be done."""

    code = "leg_moved"
    advice = _l("This person’s line changed a moment ago. Look again, then decide.")
