"""Why a fax did not arrive: one code for what any carrier says, and what to do next."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.carrier.error_codes import Failure, NextStep, Retry, know


class FaxCode(StrEnum):
    """Kept in `deliveries.error_code`."""

    BUSY = "fax_busy"
    NO_ANSWER = "fax_no_answer"
    NOT_A_FAX = "fax_not_a_fax"
    """A person, or a voicemail, answered."""
    INTERRUPTED = "fax_interrupted"
    """The line closed after some of its pages."""
    BAD_NUMBER = "fax_bad_number"
    BAD_DOCUMENT = "fax_bad_document"
    """The carrier could not fetch or read it."""
    REFUSED = "fax_refused"
    """The carrier does not send there, or not for us."""
    FAILED = "fax_failed"
    """For another reason; the carrier's own word is shown."""
    CANCELLED = "fax_cancelled"
    NO_LINE = "fax_no_line"
    """Nobody connected a carrier of faxes."""
    NO_END = "fax_no_end"
    """The carrier never said what became of it."""


WORTH_TRYING_AGAIN = frozenset({FaxCode.BUSY, FaxCode.NO_ANSWER, FaxCode.INTERRUPTED, FaxCode.FAILED})
"""After these the house tries again by itself."""

_AGAIN = (NextStep.RETRY,)
_FIX = (NextStep.FIX_NUMBER, NextStep.CALL)
_ADMIN = (NextStep.ASK_ADMIN, NextStep.RETRY)

FAX_FAILURES = (
    Failure(FaxCode.BUSY, _("Busy"), _("The line was busy each time. Nothing is lost: send it again later, or call them."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure(FaxCode.NO_ANSWER, _("No answer"),
            _("No machine answered. It may be off or out of paper: call them, or send it again when they are open."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, *_AGAIN)),
    Failure(FaxCode.NOT_A_FAX, _("Not a fax machine"),
            _("A person or a voicemail answered there. Ask them for their fax number, and send it to that."), next_steps=_FIX),
    Failure(FaxCode.INTERRUPTED, _("Interrupted"),
            _("The line closed before the last page was through. Send the missing pages, or all of them again."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure(FaxCode.BAD_NUMBER, _("No such number"), _("This number does not exist. Ask them for the right one."), next_steps=_FIX),
    Failure(FaxCode.BAD_DOCUMENT, _("Document not taken"),
            _("The carrier could not fetch or read the document. Send it again; if that happens twice, ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure(FaxCode.REFUSED, _("Refused by the carrier"),
            _("The carrier does not send faxes there, or not from this number. Ask your admin to look at the account."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure(FaxCode.FAILED, _("Did not go through"),
            _("The carrier could not get it through, and names no clear reason. Send it again later, or call them."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, *_AGAIN)),
    Failure(FaxCode.CANCELLED, _("Stopped by the school"), _("It was called off before the last page was through."),
            Retry.BY_HAND, next_steps=_AGAIN),
    Failure(FaxCode.NO_LINE, _("No fax line"),
            _("No carrier of faxes is connected, so nothing was sent. Ask your admin to connect one, then send it again."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure(FaxCode.NO_END, _("Outcome unknown"),
            _("The carrier never said what became of it. Call them and ask; send it again if it did not come."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, *_AGAIN)),
)  # fmt: skip
know(FAX_FAILURES)
