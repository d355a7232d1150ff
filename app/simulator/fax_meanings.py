"""The lines of `fax_behaviour.LINES` and the ends of faxes in a few words each, for the page."""

from flask_babel import gettext as _

from app.simulator import fax_behaviour


def fax_line_meanings() -> list[tuple[str, str]]:
    """(last four digits, what happens), in the order of the table."""
    return [
        ("9001", _("Busy")),
        ("9002", _("Nobody answers")),
        ("9003", _("Not a fax: a person says hello")),
        ("9004", _("No such number")),
        ("9005", _("The line breaks after the first page")),
        ("9006", _("The line breaks after the third page")),
        ("9007", _("Busy twice, then it works")),
        ("9008", _("Works, but the carrier’s answer never comes")),
        ("9009", _("Refused: not a valid number (422)")),
        ("9010", _("Refused: too many requests (429)")),
        ("9011", _("Server error, fax taken all the same (500)")),
        ("9012", _("Works, but the school is never told")),
        ("9013", _("Works, every webhook three times")),
        ("9014", _("Works, webhooks in reverse order")),
        ("9015", _("Works, webhooks three seconds late")),
        ("9016", _("Slow: a minute for each page")),
        ("9017", _("Taken, and never heard of again")),
        ("9018", _("The document could not be fetched")),
        ("9019", _("The network is in trouble")),
        ("9020", _("The network does not send there")),
        ("9021", _("Out of paper: it declines")),
    ]


def in_words(failure: str | None) -> str:
    """Why a fax failed."""
    words: dict[str, str] = {
        fax_behaviour.BUSY: _("busy"),
        fax_behaviour.NO_ANSWER: _("no answer"),
        fax_behaviour.NOT_A_FAX: _("not a fax"),
        fax_behaviour.NO_SUCH_NUMBER: _("no such number"),
        fax_behaviour.INTERRUPTED: _("the line broke"),
        fax_behaviour.NOT_FETCHED: _("the document could not be fetched"),
        fax_behaviour.NOT_A_DOCUMENT: _("the document cannot be read"),
        fax_behaviour.TROUBLE: _("trouble in the network"),
        fax_behaviour.NOT_ALLOWED: _("not allowed"),
        fax_behaviour.DECLINED: _("declined"),
        fax_behaviour.CANCELLED: _("called off"),
        fax_behaviour.TOO_MANY_PAGES: _("too many pages"),
        fax_behaviour.TOO_LARGE: _("too large"),
    }
    return words.get(failure or "", "")
