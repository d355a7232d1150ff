"""What became of families, in the same words and numbers wherever it is told: the bar of a report, and a line of the list."""

from typing import NamedTuple

from app.announcements.queries.fates import Fates
from app.core.presentation import gettext as _
from app.core.presentation import numeral


class Part(NamedTuple):
    """A stretch of the bar."""

    tone: str
    text: str
    number: int
    rare: bool = False
    """Named only where there are any."""


def parts_of(fates: Fates, *, is_held: bool = False) -> list[Part]:
    """All families, or people, each in one part; who was reached first. `is_held`: what is still to come waits for the morning."""
    return [
        Part("brand", _("Reached"), fates.reached),
        Part("brand2", _("Sent, not confirmed"), fates.unconfirmed, rare=True),
        Part("brand3", _("Letter printed"), fates.letters, rare=True),
        Part("rest", _("Held for the night") if is_held else _("On its way"), fates.on_the_way),
        Part("faint", _("Could not be written to"), fates.no_way, rare=True),
        Part("danger", _("Not reached") if fates.of_people else _("Nobody reached"), fates.unreached),
    ]


def in_words(fates: Fates, *, is_held: bool = False) -> str:
    """How many of how many families, or people, were reached, and what became of the others."""
    of = {"reached": numeral(fates.reached), "all": numeral(fates.families)}
    reached = _("%(reached)s of %(all)s reached", **of) if fates.of_people else _("%(reached)s of %(all)s families reached", **of)
    others = [_("%(what)s: %(n)s", what=part.text, n=numeral(part.number)) for part in parts_of(fates, is_held=is_held)[1:] if part.number]
    return " · ".join([reached, *others])
