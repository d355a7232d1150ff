"""What this room refuses, and what the person can do instead."""

from http import HTTPStatus

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


class NoOwnPhone(HomeroomError):
    """Nobody knows on which phone this person is reached."""

    code = "no_own_phone"
    advice = _l("Nobody knows your phone yet. Write it in your profile, or start the call from the thread.")


class SamePhone(HomeroomError):
    """Two legs to one phone."""

    code = "same_phone"
    advice = _l("This phone is in the call already.")


class NoNumberToCallFrom(HomeroomError):
    """The school has no number of its own."""

    code = "no_number_to_call_from"
    advice = _l("The school has no number to call from. Ask an admin to add one.")


class GoneMeanwhile(HomeroomError):
    """Somebody of the earlier call cannot be called any more."""

    code = "gone_meanwhile"
    advice = _l("%(names)s can no longer be called. Start the call from the thread, with those who can.")


class MayNotBeCalled(HomeroomError):
    """The records, or a wish, forbid to call somebody."""

    code = "may_not_be_called"
    advice = _l("The records do not allow calling this person.")


class QuietHours(HomeroomError):
    """It is night where somebody lives."""

    code = "quiet_hours"
    advice = _l("It is a quiet hour there until %(time)s, by the school’s clock. Call after that; in an emergency, an admin may call now.")


class NoEmergency(HomeroomError):
    """Whoever asks may not call it one."""

    code = "no_emergency"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Your role may not declare an emergency. Ask an admin of the school to call.")


class NotAllowedNumber(HomeroomError):
    """A number whose calls the district does not pay."""

    code = "not_allowed_number"
    advice = _l("Your district does not allow calls to this number. An admin can allow other countries in Settings, Calls.")


class NoSuchCountry(HomeroomError):
    """A code that no country has."""

    code = "no_such_country"
    advice = _l("No country has the code %(codes)s. Use two letters, such as MX for Mexico.")


class CallGoesOn(Conflict):
    """Nothing is erased of people who speak now."""

    code = "call_goes_on"
    advice = _l("They are in a call right now. Try again when it is over.")


class CallIsOver(Conflict):
    """It ended meanwhile."""

    code = "call_is_over"
    advice = _l("The call has ended.")


class NotBegun(Conflict):
    """Nobody is in it yet."""

    code = "call_not_begun"
    advice = _l("Nobody is in the call yet. Wait until the moderator is on the line.")


class MayNotRecord(HomeroomError):
    """The district's rule."""

    code = "may_not_record"
    advice = _l("Your district does not allow recording calls. Take notes instead.")


class NothingToSay(HomeroomError):
    """No words."""

    code = "nothing_to_say"
    advice = _l("Write what is to be said.")


class NotKeys(HomeroomError):
    """Something else than the keys of a phone."""

    code = "not_keys"
    advice = _l("Keys are the digits, * and #, at most 32.")


class NoInterpreter(Conflict):
    """Nobody who could be briefed."""

    code = "no_interpreter"
    advice = _l("There is no interpreter in this call. Add one first.")


class NotesChanged(Conflict):
    """Somebody else wrote meanwhile."""

    code = "notes_changed"
    advice = _l("Somebody else changed the notes. Your words are still here: look at theirs, then save again.")


class CallIsLocked(Conflict):
    """Nobody else gets in."""

    code = "call_is_locked"
    advice = _l("The call is locked. Unlock it to bring in somebody else.")


class LegMoved(Conflict):
    """A leg is not in the state any more in which that can be done."""

    code = "leg_moved"
    advice = _l("This person’s line changed a moment ago. Look again, then decide.")


class OnACall(Conflict):
    """Their browser has a call already."""

    code = "on_a_call"
    advice = _l("You are on a call in the browser. Hang up first, then try again.")
