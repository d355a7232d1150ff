"""Pages as the viewer, the print and the thumbnails show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.accounts.models import Staff
from app.core.presentation import gettext as _
from app.core.search_text import fold
from app.fax.found_words import Mark, marked, places
from app.fax.links import link, open_until
from app.fax.models import Fax, FaxPage, Turn

LONGEST_ALT = 600
ON_ITS_SIDE = frozenset({Turn.RIGHT, Turn.LEFT})


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page. `width` and `height` are those of the picture; `box` is what it takes once it is turned."""

    id: int
    number: int
    width: int
    height: int
    box: str
    turn: int
    screen: str
    full: str
    thumb: str
    words: Markup
    alt: str
    marks: tuple[Mark, ...]
    """Where the words stand that were searched for."""

    @property
    def upright(self) -> str:
        """What turns the picture within its box, in a drawing."""
        moved = {Turn.RIGHT: (self.height, 0), Turn.OVER: (self.width, self.height), Turn.LEFT: (0, self.width)}.get(Turn(self.turn))
        return f"translate({moved[0]} {moved[1]}) rotate({self.turn})" if moved else ""


def pages_shown(fax: Fax, staff: Staff, drawn: Sequence[FaxPage], searched: str = "") -> list[PageShown]:
    """All pages with links for this person; what was `searched` for is marked."""
    until, terms = open_until(), fold(searched).split()

    def shown(number: int, page: FaxPage) -> PageShown:
        screen, full, thumb = (link(fax.id, key, staff.id, until) for key in (page.screen_key, page.image_key, page.thumb_key))
        box = f"0 0 {page.height} {page.width}" if page.turn in ON_ITS_SIDE else f"0 0 {page.width} {page.height}"
        return PageShown(
            page.id, number, page.width, page.height, box, page.turn, screen, full, thumb, marked(page.words, terms),
            _alt(number, page.words), places(page, terms),
        )  # fmt: skip

    return [shown(number, page) for number, page in enumerate(drawn, start=1)]


def _alt(number: int, words: str) -> str:
    said = " ".join(words.split())
    if not said:
        return _("Page %(page)s. Its text was not recognised.", page=number)
    short = said if len(said) <= LONGEST_ALT else f"{said[:LONGEST_ALT].rsplit(' ', 1)[0]} …"
    return _("Page %(page)s. %(words)s", page=number, words=short)
