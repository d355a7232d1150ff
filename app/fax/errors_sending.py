"""What is refused of a fax that is to be sent, and what the person can do instead."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NotADraft(Conflict):
    """It left meanwhile, or waits for its time."""

    code = "fax_not_a_draft"
    advice = _l("This fax is no longer a draft: a colleague sent it or planned it meanwhile. Open it to see how it stands.")


class NotSendable(HomeroomError):
    """Something of a draft is missing or wrong: `field` names where it is put right."""

    code = "fax_not_sendable"
    advice = _l("Something is missing before this fax can be sent.")
    field = ""

    def __init__(self, advice: str | None = None, *, field: str | None = None) -> None:
        if field is not None:
            self.field = field
        super().__init__(advice)


class NotAFaxNumber(NotSendable):
    """Nothing can be faxed there."""

    code = "fax_number_refused"
    field = "number"


class NoFaxNumber(NotSendable):
    """Of ours."""

    code = "no_fax_number"
    field = "sender"
    advice = _l("Your school has no fax number yet. A district admin adds one in Settings, under Numbers.")


class PagesMissing(NotSendable):
    """Nothing to send."""

    code = "fax_without_pages"
    field = "files"
    advice = _l("Add a file, or a cover page with a message, so that there is something to send.")


class PagesNotReady(NotSendable):
    """Some are still being drawn."""

    code = "fax_pages_not_ready"
    field = "files"
    advice = _l("The pages are still being made. Wait until every file shows its number of pages, then send.")


class PagesBroken(NotSendable):
    """A file of which nothing can be sent."""

    code = "fax_pages_broken"
    field = "files"
    advice = _l("One of the files cannot be faxed. Remove it, or put a better one in its place.")


class TooManyParts(NotSendable):
    """Of files, or pages."""

    code = "fax_too_long"
    field = "files"


class BadTime(NotSendable):
    """Nothing can go out then."""

    code = "fax_time_refused"
    field = "at"


class BadEmail(NotSendable):
    """Not an address."""

    code = "fax_email_refused"
    field = "others"


class NoFaxLine(NotSendable):
    """Nobody connected a carrier of faxes."""

    code = "no_fax_line"
    advice = _l(
        "Faxes are not connected here yet, so nothing can be sent. Ask who runs this server to set FAX_CARRIER. Your draft is kept."
    )


class NotWaiting(Conflict):
    """It left, or was taken back before."""

    code = "fax_not_waiting"
    advice = _l("This fax no longer waits: it left, or a colleague took it back. Reload the page to see how it stands.")


class FaxWentOn(Conflict):
    """What somebody wants tried again is an older try: the fax is a draft by now, under way once more, arrived or deleted."""

    code = "fax_went_on"
    advice = _l("This fax was changed, sent again or deleted meanwhile. Open it among the faxes to see how it stands.")


class OnlyThere(NotSendable):
    """The pages that arrived are at another machine."""

    code = "fax_pages_elsewhere"
    field = "which"
    advice = _l("The first pages arrived at the old number only. To another number, send all pages.")


class NotFailed(HomeroomError):
    """Only what failed can be corrected and sent again."""

    code = "fax_not_failed"
    status = HTTPStatus.NOT_ACCEPTABLE
    advice = _l("Only a fax that failed can be changed and tried again. This one arrived, or is still under way.")


class CoverFailed(NotSendable):
    """The words of the cover could not be drawn."""

    code = "fax_cover_failed"
    field = "has_cover"
    advice = _l("The cover page could not be drawn. Shorten its message and try again, or send the fax without a cover page.")
