"""Quick starts: what each is called, what its key must be allowed, and how it reads on this house."""

from dataclasses import dataclass

from app.accounts.sandbox import SANDBOX_TOKEN
from app.accounts.scopes import Scope
from app.api.reader.shelf import FACES
from app.api.reader.writing import quick_start

THEIRS = "http://127.0.0.1:8000"
"""Where the pages say that the house is: as `make run` starts it."""
ANY_KEY = "hr_live_…"


@dataclass(frozen=True, slots=True)
class QuickStart:
    """One page. `about` names the page of the reader that tells the rest: a route, and the face where it is one."""

    title: str
    scopes: tuple[Scope, ...]
    about: tuple[str, str | None]


def _of_face(slug: str, *scopes: Scope) -> QuickStart:
    return QuickStart(FACES[slug].title, scopes, ("developers.face", slug))


QUICK = {
    "common-services": _of_face("common-services", Scope.READ_TEXTS, Scope.SEND_TEXTS, Scope.CALL),
    "ringplan": _of_face(
        "ringplan",
        Scope.READ_PEOPLE,
        Scope.READ_TEXTS,
        Scope.SEND_TEXTS,
        Scope.READ_FAXES,
        Scope.SEND_FAXES,
        Scope.MANAGE,
    ),
    "groupcall": _of_face("groupcall", Scope.READ_PEOPLE, Scope.ANNOUNCE),
    "courier": _of_face("courier", Scope.READ_PEOPLE, Scope.READ_TEXTS, Scope.SEND_TEXTS),
    "webhooks": QuickStart("Webhooks", (Scope.READ_TEXTS, Scope.SEND_TEXTS, Scope.MANAGE), ("developers.events", None)),
    "live-feed": QuickStart("Live feed", (Scope.READ_PEOPLE, Scope.READ_TEXTS, Scope.SEND_TEXTS), ("developers.live", None)),
}
"""What they take is tried out by running them with a key that may do no more (`tests/e2e/test_quick_starts.py`)."""


def shown(name: str, house: str, *, demo: bool) -> str | None:
    """Its Markdown, with the address of this house; the key that everybody knows stands there only where it opens something."""
    text = quick_start(name) if name in QUICK else None
    if text is None:
        return None
    text = text.replace(THEIRS, house)
    return text if demo else text.replace(SANDBOX_TOKEN, ANY_KEY)
