"""What became of a fax, and of each time that a machine was called for it, in words; and what is worth doing next."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.carrier.error_codes import explain
from app.carrier.fax_codes import FaxCode
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.delivery.fax.models import ARRIVED
from app.fax.models import Fax
from app.fax.queries_tries import Try

SIMPLE = {
    ARRIVED: _l("Arrived"),
    FaxCode.BUSY: _l("Busy"),
    FaxCode.NO_ANSWER: _l("Nobody answered"),
    FaxCode.NOT_A_FAX: _l("A person or a voicemail answered, no fax machine"),
    FaxCode.INTERRUPTED: _l("The line closed before the first page"),
    FaxCode.BAD_NUMBER: _l("There is no such number"),
    FaxCode.BAD_DOCUMENT: _l("The carrier could not read the pages"),
    FaxCode.REFUSED: _l("The carrier does not send there"),
    FaxCode.CANCELLED: _l("Called off"),
    FaxCode.NO_END: _l("The carrier never said what became of it"),
}
WHY = {
    FaxCode.BUSY: _l("The line was busy."),
    FaxCode.NO_ANSWER: _l("Nobody answered."),
    FaxCode.NOT_A_FAX: _l("A person or a voicemail answered, no fax machine."),
    FaxCode.INTERRUPTED: _l("The line closed before all pages were through."),
    FaxCode.BAD_NUMBER: _l("There is no such number."),
    FaxCode.BAD_DOCUMENT: _l("The carrier could not read the pages."),
    FaxCode.REFUSED: _l("The carrier does not send to this number."),
    FaxCode.FAILED: _l("The carrier gave another reason; it stands below."),
    FaxCode.CANCELLED: _l("It was called off at the carrier."),
    FaxCode.NO_LINE: _l("Faxes are not connected here."),
    FaxCode.NO_END: _l("The carrier never said what became of it, so it may have arrived."),
}
ADVICE = {
    FaxCode.BUSY: _l(
        "Their machine may be out of paper or on a shared voice line. Sending at a quiet hour and in standard quality usually works."
    ),
    FaxCode.NO_ANSWER: _l("Their machine may be switched off outside of office hours. Call and ask, or send it while somebody is there."),
    FaxCode.NOT_A_FAX: _l("This is a voice line. Look up their fax number, on their letterhead or their website, and correct it below."),
    FaxCode.INTERRUPTED: _l("The line is poor, or their machine ran out of paper. Standard quality is quicker, so more gets through."),
    FaxCode.BAD_NUMBER: _l("Check the digits below. An old number may still stand on letterheads."),
    FaxCode.BAD_DOCUMENT: _l("Open the pages with “Change the pages”, remove the file that looks wrong, and add it anew as PDF."),
    FaxCode.REFUSED: _l("Try another number of theirs. If it is refused as well, have your admin look at the carrier’s account."),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """Why a fax was not sent: in one sentence, what of it arrived, and what is most likely to help."""

    title: str
    more: str
    advice: str


def try_words(one: Try, fax: Fax) -> str:
    """How one try ended."""
    if one.outcome is None:
        return _("On the line")
    if one.outcome == FaxCode.INTERRUPTED and one.pages:
        return _("Hung up after page %(page)s of %(all)s", page=one.pages, all=one.of_pages or fax.pages - fax.from_page + 1)
    known = SIMPLE.get(one.outcome)
    if known is not None:
        return str(known)
    return _("Failed: %(word)s", word=one.raw_code) if one.raw_code else _("Failed")


def fate_of(fax: Fax, tries: list[Try]) -> Fate:
    """Of one that failed."""
    newest = [one for one in tries[: tries[0].of] if one.outcome] if tries else []
    furthest = max((one.pages or 0 for one in newest), default=0)
    nothing_lost = _("Nothing is lost: fix what you need below and send it again.")
    more = nothing_lost
    if furthest and fax.failure != FaxCode.CANCELLED:
        some = ngettext("Page 1 went through, then the line closed.", "Pages 1 to %(num)s went through, then the line closed.", furthest)
        more = f"{some} {nothing_lost}"
    code = fax.failure or ""
    advice = ADVICE.get(FaxCode(code)) if code in set(FaxCode) else None
    return Fate(_("Not sent. %(why)s", why=_why(code, newest)), more, str(advice) if advice else str(explain(code).advice))


def _why(code: str, newest: list[Try]) -> str:
    """One sentence; how often, where it was each time the same."""
    times = len(newest)
    if times > 1 and all(one.outcome == code for one in newest):
        if code == FaxCode.BUSY:
            return _("The line was busy %(times)s times.", times=times)
        if code == FaxCode.NO_ANSWER:
            return _("Nobody answered %(times)s times.", times=times)
    return why_words(code)


def why_words(code: str) -> str:
    """Why a fax did not arrive, in a sentence, whichever code it was."""
    known = WHY.get(FaxCode(code)) if code in set(FaxCode) else None
    return str(known) if known is not None else f"{explain(code).meaning}."
