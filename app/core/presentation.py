"""What templates need to show things: icons, initials, colours, times, numbers and languages."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_app_context
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.core.assets import asset_url
from app.core.local_clock import local_clock, zone_of

HUES = 8
GROUPED = 1000
"""From here on figures are written in groups."""
FIGURES = {"es": "es_US"}
"""In whose manner they are written where that is not the language's first: 2,464 in the United States, also in Spanish."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "dv", "ku"})
TITLES = re.compile(r"^(Dr|Ms|Mrs|Mr|Mx|Prof)\.?\s+")


@lru_cache(maxsize=1024)
def icon(name: str, cls: str = "", label: str | None = None) -> Markup:
    """An icon of the sprite; decorative unless it has a label."""
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    symbol = name.replace(":", "-")
    return Markup('<svg class="i{}" {}><use href="{}#i-{}"/></svg>').format(
        f" {cls}" if cls else "", meaning, asset_url("icons.svg"), symbol
    )


@lru_cache(maxsize=8192)
def hue(name: str) -> int:
    """The colour of somebody's initials: 1 to 8, always the same for the same name."""
    return crc32(name.encode()) % HUES + 1


@lru_cache(maxsize=8192)
def initials(name: str) -> str:
    """One or two letters; a title is left out, and a name without letters gives a #."""
    words = [word for word in TITLES.sub("", name).split() if word[0].isalpha()]
    if not words:
        return "#"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def language_name(code: str | None) -> str:
    """A language's name in the reader's language; the code itself where nobody knows one."""
    if not code:
        return ""
    return _language_name(code, reader_language())


@lru_cache(maxsize=512)
def _language_name(code: str, reader: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_language_name(reader)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def territory_name(code: str) -> str:
    """A country's name in the reader's language; the code itself where nobody knows one."""
    return str(Locale.parse(reader_language()).territories.get(code, code))


def is_language(code: str) -> bool:
    """Whether anybody knows a language by this code."""
    return bool(code) and _language_name(code, "en") != code


def text_direction(code: str | None) -> str:
    """ltr, rtl, or auto where the language is not known."""
    if not code:
        return "auto"
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def local_time(moment: datetime, zone: str) -> datetime:
    """A moment in a school's zone."""
    return moment.astimezone(zone_of(zone))


def clock_time(moment: datetime, zone: str) -> str:
    """A time such as 8:02 AM in the zone of the school and the manner of the reader."""
    return local_clock(zone).time(moment)


def day_name(day: date, zone: str) -> str:
    """Today, Yesterday, or the day in words."""
    return local_clock(zone).day(day)


def short_when(moment: datetime, zone: str) -> str:
    """For a list: the time today, the weekday within a week, else the date."""
    return local_clock(zone).short(moment)


def full_when(moment: datetime, zone: str) -> str:
    """Day and time, unmistakable."""
    return local_clock(zone).full(moment)


def paragraphs(text: str) -> Markup:
    """Plain text as HTML: escaped, with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def gettext(message: str, /, **values: object) -> str:
    """`_()` of views with many sentences. The library's own asks for the locale four times a sentence."""
    text = sentences()[message]
    return text % values if values else text


@pass_eval_context
def translated(context: EvalContext, message: str, /, **values: object) -> str:
    """`_()` of templates, quick for the same reason: pages have a hundred of them."""
    text = sentences()[message]
    if not context.autoescape:
        return text % values if values else text
    return Markup(text) % values if values else Markup(text)  # noqa: S704  # our own sentences; Markup escapes the values


def numeral(number: float) -> str:
    """A number in the reader's manner: 1,250,000."""
    if -GROUPED < number < GROUPED and isinstance(number, int):
        return str(number)
    return decimal(number)


def decimal(number: float | Decimal, pattern: str | None = None) -> str:
    """The same in a form such as ``#,##0.00``, for amounts of money."""
    language = reader_language()
    return str(format_decimal(number, format=pattern, locale=FIGURES.get(language, language)))


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """A sentence about so many, with its number in the reader's manner: the library's own writes 1250000."""
    return str(sentences().catalogue.ungettext(one, many, number)) % {"num": numeral(number), **values}


@pass_eval_context
def counted(context: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    """`ngettext()` of templates."""
    text = str(sentences().catalogue.ungettext(one, many, number))
    values = {"num": numeral(number), **values}
    return Markup(text) % values if context.autoescape else text % values  # noqa: S704  # our own sentences; Markup escapes the values


class Sentences(dict[str, str]):
    """The sentences of one language, translated at first use."""

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        super().__init__()
        self.language = language
        self.catalogue = catalogue

    def __missing__(self, message: str) -> str:
        self[message] = text = str(self.catalogue.ugettext(message))
        return text


def sentences() -> Sentences:
    """Those of the reader; chosen again only when the locale of the request was changed."""
    here = g._get_current_object() if has_app_context() else None  # noqa: SLF001  # the documented way past the proxy
    locale = getattr(here.get("_flask_babel"), "babel_locale", None) if here is not None else None
    held: tuple[object, Sentences] | None = here.get("sentences") if here is not None else None
    if held is not None and locale is not None and held[0] is locale:
        return held[1]
    locale = locale or get_locale()
    key = str(locale or "en")
    if key not in _languages:
        _languages[key] = Sentences(key, get_translations())
    if here is not None:
        here.sentences = (locale, _languages[key])
    return _languages[key]


_languages: dict[str, Sentences] = {}


def printed_part(template: str, **values: object) -> Markup:
    """A template that needs nothing but these values."""
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704  # the output of an escaping template


def shared_part(template: str) -> Markup:
    """A template that says the same to every reader of a language, rendered once for each: dialogs, words for scripts.

    It gets no context: whatever depends on a person or an address does not belong in it.
    """
    parts: dict[tuple[str, str], Markup] = current_app.extensions["shared_parts"]
    key = (template, html_locale())
    if key not in parts:
        parts[key] = Markup(current_app.jinja_env.get_template(template).render())  # noqa: S704  # the output of an escaping template
    return parts[key]


def init_app(app: Flask) -> None:
    """Give templates these functions."""
    app.extensions["shared_parts"] = {}
    app.jinja_env.globals.update(
        shared_part=shared_part,
        icon=icon,
        hue=hue,
        initials=initials,
        language_name=language_name,
        text_direction=text_direction,
        html_locale=html_locale,
    )
    app.jinja_env.globals.update({"_": translated, "ngettext": counted})
    app.jinja_env.filters.update(
        clock_time=clock_time, day_name=day_name, short_when=short_when, full_when=full_when, paragraphs=paragraphs, numeral=numeral
    )


def reader_language() -> str:
    """The reader's language as a key."""
    return sentences().language


def html_locale() -> str:
    """The reader's language for the lang attribute."""
    return reader_language().replace("_", "-")
