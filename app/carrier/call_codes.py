"""How calls end badly, in our words: what happened and what to do next. Numbers are the carrier's; sip_ is the telephone network's."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.carrier.error_codes import Effect, Failure, NextStep, Retry, know


class CallCode(StrEnum):
    """What the house itself makes of how a call went."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    HUNG_UP = "hung_up"
    CUT_OFF = "cut_off"
    FAX = "fax"
    FAILED = "call_failed"
    ENDED = "call_ended"
    QUIET = "quiet_hours"


_AGAIN = (NextStep.RETRY, NextStep.OTHER_GUARDIAN)
_FIX = (NextStep.FIX_NUMBER, NextStep.OTHER_GUARDIAN)
_ADMIN = (NextStep.ASK_ADMIN, NextStep.RETRY)
_NO_SUCH_NUMBER = _("No such number")
_ASK_FAMILY = _("This number cannot be called: it does not exist. Ask the family for the new one.")
_LATER = _("The phone network could not connect the call. Try again later.")

CALL_FAILURES = (
    Failure(CallCode.BUSY, _("Busy"), _("The line was busy each time. Try again later, or call another contact of the family."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure(CallCode.NO_ANSWER, _("No answer"), _("Nobody answered, and no voicemail did. Try again later, or text them."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure(CallCode.HUNG_UP, _("Hung up early"),
            _("Somebody answered and hung up before the message was over. Text them, or call yourself."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, *_AGAIN)),
    Failure(CallCode.CUT_OFF, _("Voicemail cut off"),
            _("Their voicemail ended before the message did: it may be full. Text them, or call yourself."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, *_AGAIN)),
    Failure(CallCode.FAX, _("A fax machine"), _("A fax machine answers there. Ask the family for a number with a voice."),
            next_steps=_FIX),
    Failure(CallCode.FAILED, _("Not connected"), _LATER, Retry.BY_HAND, next_steps=_AGAIN),
    Failure(CallCode.ENDED, _("Ended by the school"), _("The call was ended before anybody answered."), Retry.BY_HAND, next_steps=_AGAIN),
    Failure(CallCode.QUIET, _("Quiet hour there"), _("It became a quiet hour before the phone rang. Call later."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure("sip_404", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("sip_410", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("sip_484", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("sip_604", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("21217", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("13224", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("13223", _NO_SUCH_NUMBER, _ASK_FAMILY, effect=Effect.DEAD, next_steps=_FIX),
    Failure("21214", _("Cannot be reached"), _("The carrier cannot reach this number. Ask the family for another one."), next_steps=_FIX),
    Failure("13225", _("Call blocked"), _("The carrier does not call this number. Ask the family for another one."), next_steps=_FIX),
    Failure("21216", _("Call blocked"), _("The carrier does not call this number. Ask the family for another one."), next_steps=_FIX),
    Failure("21215", _("Country not enabled"), _("Calls to this country are switched off. Ask your district’s admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("13227", _("Country not enabled"), _("Calls to this country are switched off. Ask your district’s admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("21210", _("Caller not ours"), _("The carrier does not let us call from this school number. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("21205", _("Address not reachable"), _("The carrier cannot ask us what to say. Ask your admin to check the public address."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("10001", _("Account suspended"), _("The carrier has suspended the district’s account. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
)  # fmt: skip
know(CALL_FAILURES)
