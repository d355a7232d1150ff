"""Why a fax did not arrive: one code for what any carrier says."""

from enum import StrEnum

from app.carrier.gateway import CarrierRefused


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


WORTH_TRYING_AGAIN = frozenset({FaxCode.BUSY, FaxCode.NO_ANSWER, FaxCode.INTERRUPTED, FaxCode.FAILED})
"""After these the house tries again by itself."""


class FaxRefused(CarrierRefused):
    """The carrier did not take a fax. `code` is its own, `reason` ours."""

    def __init__(self, code: str, reason: FaxCode) -> None:
        super().__init__(code, reason)
        self.reason = reason
