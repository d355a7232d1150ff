"""Pages of lists: headers that say how many entries there are, and where the other pages stand."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request

from app.api.answers import Answer
from app.api.asked import Asked


@dataclass(frozen=True, slots=True)
class Page:
    """What one page has, whether another follows, and how many entries all of them have; None where there are too many to count."""

    body: Any
    goes_on: bool
    total: int | None


def paged(asked: Asked, page: Page) -> Answer:
    """The answer. Links are relative, so that they hold behind any proxy."""
    number, size = asked.query["page"], asked.query["per_page"]
    last = max(1, -(-page.total // size)) if page.total is not None else None
    around = {
        "first": 1,
        "prev": number - 1 if last is None else min(number - 1, last),
        "next": number + 1 if page.goes_on else 0,
        "last": last,
    }
    here = f"{request.path}?{_without_page(request.query_string)}page="
    links = ", ".join([f'<{here}{at}>; rel="{relation}"' for relation, at in around.items() if at])
    return Answer(200, page.body, {"Link": links} if page.total is None else {"X-Total-Count": str(page.total), "Link": links})


@lru_cache(maxsize=512)
def _without_page(query: bytes) -> str:
    """The rest of a query, to go on with. Programs that look again ask for the same."""
    kept = urlencode([(name, value) for name, value in parse_qsl(query.decode(), keep_blank_values=True) if name != "page"])
    return f"{kept}&" if kept else ""
