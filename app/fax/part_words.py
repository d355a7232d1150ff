"""Why a file that somebody put into a fax cannot be sent, and what to do about it."""

from flask_babel import lazy_gettext as _l

from app.core.documents.problems import Problem
from app.core.presentation import gettext as _

WORDS = {
    Problem.ENCRYPTED: _l("It is locked with a password. Save it without one, then add it again."),
    Problem.DAMAGED: _l("It cannot be read. Open it on your computer, save it as PDF anew, then add that."),
    Problem.EMPTY: _l("It has no page. Add another file."),
    Problem.UNKNOWN: _l("It is not a PDF or a picture. Save it as PDF, then add that."),
    Problem.TOO_MANY_PAGES: _l("It has more pages than a fax machine takes in one call. Split it, and send several faxes."),
    Problem.TOO_LARGE: _l("Its pages are larger than any paper. Save it in letter size, then add it again."),
    Problem.TOO_SLOW: _l("Its pages took too long to draw. Print it to a new PDF, then add that."),
    Problem.TOO_MUCH_MEMORY: _l("Its pages need too much memory to draw. Print it to a new PDF, then add that."),
}


def part_problem(code: str | None) -> str:
    """A sentence for any code, also for one that was kept by a later version."""
    known = WORDS.get(Problem(code)) if code in set(Problem) else None
    return str(known) if known is not None else _("It could not be read. Save it as PDF, then add that.")
