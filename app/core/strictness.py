"""What no person sends: characters that no database keeps, and numbers that no row has. Refused once, before any view."""

from functools import lru_cache
from typing import Any

from flask import Flask, request
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

from app.core.ids import LARGEST_NUMBER

NUL = "\0"


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address; a number that is too large for a row is an address that does not exist."""

    def __init__(self, map: Map, *args: Any, **more: Any) -> None:  # noqa: A002  # the library's name
        """Bound it, unless the rule does."""
        more.setdefault("max", LARGEST_NUMBER)
        super().__init__(map, *args, **more)


@lru_cache(maxsize=1_000)
def _cookies_of(header: str) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(parse_cookie(header))


class StrictRequest(HtmxAwareRequest):
    """Answers 400 to a form with a NUL in it: PostgreSQL keeps none, and no keyboard makes one."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The browser's cookies, which are the same with each of its requests."""
        return _cookies_of(self.environ.get("HTTP_COOKIE", ""))

    def _load_form_data(self) -> None:
        is_loaded = "form" in self.__dict__
        super()._load_form_data()
        if not is_loaded:
            _without_nul(self.__dict__["form"])


def _without_nul(values: MultiDict[str, str]) -> MultiDict[str, str]:
    # A part of a form may come without a name, whatever the library's types say.
    nameless: Any = None
    if nameless in values:
        raise BadRequest
    for name, value in values.items(multi=True):
        if NUL in value or NUL in name:
            raise BadRequest
    return values


def check_query() -> None:
    """The same for the query, once and first: the pages that say what is wrong read it, too."""
    if not request.query_string:
        return
    try:
        query = request.args
    except UnicodeDecodeError as error:
        request.query_string = b""
        raise BadRequest from error
    _without_nul(query)


def init_app(app: Flask) -> None:
    """Put all in place, before any route is added."""
    app.request_class = StrictRequest
    app.url_map.converters["int"] = RowNumber
    app.before_request(check_query)
