"""Pages of lists: headers that say how many there are, and where the other pages stand."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from app.api.answers import Answer
from app.api.asked import Asked


def paged(asked: Asked, body: Any, total: int) -> Answer:
    """A page of a list that has `total` entries. Links are relative, so that they hold behind any proxy."""
    page, size = asked.query["page"], asked.query["per_page"]
    last = max(1, -(-total // size))
    around = {"first": 1, "prev": min(page - 1, last), "next": page + 1, "last": last}
    kept = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "page"])
    here = f"{request.path}?{kept}&page=" if kept else f"{request.path}?page="
    links = [f'<{here}{number}>; rel="{relation}"' for relation, number in around.items() if 1 <= number <= last]
    return Answer(200, body, {"X-Total-Count": str(total), "Link": ", ".join(links)})
