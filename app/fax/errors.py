"""What this room refuses, and what the person can do instead."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NotAColleague(HomeroomError):
    """Somebody who may not see this school's faxes."""

    code = "not_a_colleague"
    advice = _l("This person does not work at the school. Choose somebody else.")


class FaxMoved(Conflict):
    """A colleague changed it meanwhile."""

    code = "fax_changed"
    advice = _l(
        "A colleague changed this fax meanwhile. Copy your words from the field, reload the page, and add them to what stands there."
    )


class UnderHold(HomeroomError):
    """It must stay as it is."""

    code = "under_legal_hold"
    advice = _l(
        "A legal hold keeps this fax as it is. Ask a district admin to lift it first. Its pages can be sent as a copy all the same."
    )


class FaxesWouldGo(Conflict):
    """A shorter time deletes faxes: somebody must know how many."""

    code = "faxes_would_go"
    advice = _l("This deletes faxes for good. Look how many, and confirm it.")

    def __init__(self, many: int) -> None:
        self.many = many
        super().__init__()


class NoAddress(HomeroomError):
    """Nobody to forward to was named."""

    code = "no_address"
    advice = _l("Choose a destination, or type an email address.")


class NotAnEmail(HomeroomError):
    """Something that is no email address."""

    code = "not_an_email"
    advice = _l("One of these is not a whole email address, such as records@clinic.org.")


class TooManyAddresses(HomeroomError):
    """Forwarding is no mailing."""

    code = "too_many_addresses"
    advice = _l("A fax can be forwarded to ten addresses at a time. Take some away, and forward it again to the others.")


class NothingToForward(HomeroomError):
    """Its pages are not there yet, or never will be."""

    code = "nothing_to_forward"
    advice = _l("This fax has no pages that can be forwarded yet. Try again once it can be read.")


class NotALink(Conflict):
    """It was attached, so it cannot be taken back; or it ended before."""

    code = "not_a_link"
    advice = _l("There is no link to end: the fax was attached, or the link has ended already.")


class DestinationKnown(HomeroomError):
    """The same address twice would send each fax twice."""

    code = "destination_known"
    advice = _l("This address is in the list already.")


class NoPagesYet(Conflict):
    """Nothing can be put together: the pages are on their way, or never came."""

    code = "no_pages"

    def __init__(self, why: str = "") -> None:
        super().__init__(why or _("The pages of this fax are not here yet. Try again in a moment."))
