"""Why the pages of a fax that came cannot be shown, or not all of them, and what to do about it."""

from flask_babel import lazy_gettext as _l

from app.core.documents.problems import Problem
from app.core.presentation import gettext as _
from app.fax.models.faxes import CUT_OFF, NEVER_ARRIVED

WORDS = {
    Problem.ENCRYPTED: _l("The document is locked with a password. Ask the sender to fax it again without one."),
    Problem.DAMAGED: _l("The document arrived damaged. Download it as it came, or ask the sender to fax it again."),
    Problem.EMPTY: _l("The document has no page. Ask the sender to fax it again."),
    Problem.UNKNOWN: _l("What arrived is not a PDF, a TIFF or a picture. Download it as it came, or ask the sender to fax it again."),
    Problem.TOO_MANY_PAGES: _l("The document has more than 400 pages. Download it as it came, or ask the sender to split it."),
    Problem.TOO_LARGE: _l("Its pages are larger than any fax. Download it as it came, or ask the sender to fax it again."),
    Problem.TOO_SLOW: _l("Its pages took too long to draw. Files that do so are often made to do harm: ask the sender before you open it."),
    Problem.TOO_MUCH_MEMORY: _l(
        "Its pages need too much memory to draw. Files that do so are often made to do harm: ask the sender before you open it."
    ),
    NEVER_ARRIVED: _l("The carrier no longer had the document when we fetched it. Ask the sender to fax it again."),
    CUT_OFF: _l("The end is damaged: this is what could be read. Ask the sender how many pages it should have."),
}


def paper_problem(code: str | None) -> str:
    """A sentence for any code, also for one that was kept by a later version; none where nothing is wrong."""
    if code is None:
        return ""
    known = WORDS.get(code)
    return str(known) if known is not None else _("Its pages cannot be shown. Download it as it came, or ask the sender to fax it again.")
