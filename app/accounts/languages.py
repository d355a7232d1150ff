"""In which language and time zone a page is written."""

from functools import lru_cache

from babel import Locale
from flask import has_request_context, request, session
from flask_babel import lazy_gettext as _l

from app.accounts.current import asker, workplace

OFFERED = ("en", "es")
NAMES = {"en": "English", "es": "Español"}
"""Each in its own words: whoever looks for it reads those."""
CHOSEN = "language"
"""Where the cookie keeps what somebody without an account chose."""
THEMES = {"auto": _l("Like the device"), "light": _l("Light"), "dark": _l("Dark")}


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def chosen() -> str | Locale | None:
    """The profile's language; before sign-in the one clicked, else the browser's first that we speak."""
    if not has_request_context():
        return None
    who = asker()
    if who.is_authenticated:
        return _locale(who.language)
    clicked = request.args.get("lang") or session.get(CHOSEN)
    if clicked in OFFERED:
        return str(clicked)
    return request.accept_languages.best_match(OFFERED)


def zone() -> str | None:
    """The time zone of the reader's district."""
    place = workplace() if has_request_context() else None
    return place.time_zone if place is not None else None
