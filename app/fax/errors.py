"""What this room refuses, and what the person can do instead."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NotAColleague(HomeroomError):
    """Somebody who may not see this school's faxes."""

    code = "not_a_colleague"
    advice = _l("This person does not work at the school. Choose somebody else.")


class FaxMoved(Conflict):
    """A colleague changed it meanwhile."""

    code = "fax_changed"
    advice = _l("A colleague changed this fax meanwhile. Reload the page to see it; your words stay in the field.")


class UnderHold(HomeroomError):
    """It must not be deleted."""

    code = "under_legal_hold"
    advice = _l("A legal hold keeps this fax. Ask a district admin to lift it first.")
