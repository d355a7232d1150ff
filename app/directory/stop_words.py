"""Which of our numbers somebody stopped, in words."""

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.directory.models import Purpose
from app.directory.queries.stops import Stop, Stops, Voice


def voice_words(voice: Voice, ours: str = "") -> str:
    """A sender as a family sees it: its number and whose that is. `ours` is the number of a pool that is spoken of."""
    first = ours if ours in voice.numbers else voice.numbers[0] if len(voice.numbers) == 1 else ""
    others = len(voice.numbers) - 1
    if first and others > 0:
        words = ngettext(
            "%(number)s and one more number of “%(name)s”", "%(number)s and %(num)s more numbers of “%(name)s”", others,
            number=first, name=voice.name,
        )  # fmt: skip
        return str(words)
    if first:
        return str(_("%(number)s, the number of “%(name)s”", number=first, name=voice.name)) if voice.name else first
    if not voice.numbers:
        return f"“{voice.name}”"
    return str(ngettext("the %(num)s number of “%(name)s”", "the %(num)s numbers of “%(name)s”", len(voice.numbers), name=voice.name))


def senders(stops: Iterable[Stop], ours: str = "") -> str:
    """Those that were stopped."""
    return _listed([voice_words(stop.voice, ours) for stop in stops])


def still_reaching(stops: Stops) -> str:
    """A sentence about whose texts still arrive; empty when nobody's do."""
    if not stops.reaching:
        return ""
    return str(_("Texts from %(senders)s still arrive.", senders=_listed([voice_words(voice) for voice in stops.reaching])))


def refusal(name: str, stops: Stops, ours: str = "", day: str = "") -> str:
    """Why nothing can leave from `ours`, and what can be done instead."""
    mine = [stop for stop in stops.of_conversations if ours in stop.voice.numbers] or stops.of_conversations or stops.stopped
    first = _("%(name)s stopped texts from %(senders)s.", name=name, senders=senders(mine, ours))
    if day:
        first = _("%(name)s stopped texts from %(senders)s (%(day)s).", name=name, senders=senders(mine, ours), day=day)
    back = _("You can call; only %(name)s can opt back in, by texting START to that number.", name=name)
    return " ".join(filter(None, [first, still_reaching(stops), back]))


def said_of(stops: Stops) -> str:
    """What was stopped and what was not, for a line about an address. The calls of announcements end with their texts."""
    announcing = [stop for stop in stops.stopped if stop.voice.purpose == Purpose.ANNOUNCEMENT]
    others = [stop for stop in stops.stopped if stop not in announcing]
    said = [
        _("No texts from %(senders)s.", senders=senders(others)) if others else "",
        _("No texts or automated calls of announcements from %(senders)s.", senders=senders(announcing)) if announcing else "",
        still_reaching(stops),
    ]
    return " ".join(filter(None, said))


def in_short(stops: Stops | None) -> str:
    """The same in a few words, for a list."""
    if stops is None or not stops.stopped:
        return str(_("Opted out of texts"))
    return str(_("Stopped texts from %(senders)s", senders=senders(stops.stopped)))


def _listed(names: list[str]) -> str:
    return format_list(names, locale=get_locale() or "en")
