"""One face: a contract, a manner of refusing, a way to tell who asks, and a handler for each operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from flask import Flask, Request, Response, g, request
from flask_babel import force_locale

from app.accounts.callers import Caller
from app.accounts.permissions import public
from app.accounts.scopes import Scope
from app.api import asked, programs, rates
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.contract import Contract, Operation
from app.api.refusals import Manner, Refused, Why, of_error, why_of_status
from app.core import error_pages
from app.core.errors import HomeroomError
from app.extensions import csrf

JSON_LIMIT = 1024 * 1024
"""Bytes of a JSON body, unless an operation says another."""
ADMIN = "Admin"
ENGLISH: str = Locale("en")  # type: ignore[assignment]  # parsing the name takes as long as a query
Handler = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Handled:
    """What answers an operation, which scopes open it (any of them; none: any valid key does), and how many bytes of a body it reads."""

    handler: Handler
    scopes: tuple[Scope, ...]
    limit: int


@dataclass
class Face:
    """Handlers enter with `operation`; `init_app` makes their routes."""

    contract: Contract
    prefix: str
    """Before each path of the contract; also where errors that no handler raised are told in this face's shape."""
    base: str
    """What all paths of the face begin with."""
    manner: Manner
    authenticate: Callable[[Request], Caller]
    """Raises Refused (NO_KEY)."""
    prepare: Callable[[Operation, Any], Any] | None = None
    """Puts a parsed body into the contract's spelling before it is judged."""
    handled: dict[str, Handled] = field(default_factory=dict)

    def operation(self, name: str, *, scope: Scope | tuple[Scope, ...] | None, limit: int = JSON_LIMIT) -> Callable[[Handler], Handler]:
        """Register what answers the operation `name`. Of several scopes one suffices; what it does not cover the handler refuses."""
        scopes = scope if isinstance(scope, tuple) else (scope,) if scope else ()

        def register(handler: Handler) -> Handler:
            if name in self.handled:
                message = f"two handlers for {name}"
                raise ValueError(message)
            self.handled[name] = Handled(handler, scopes, limit)
            return handler

        return register

    def init_app(self, app: Flask) -> None:
        """Make the routes of every operation that has a handler."""
        for operation in self.contract.operations():
            if operation.name in self.handled:
                self._route(app, operation, self.handled[operation.name])
        error_pages.answer_under(app, self.base, self.answer_error)

    def _route(self, app: Flask, operation: Operation, handled: Handled) -> None:
        def view(**_path: str) -> Response:
            return self._answer(operation, handled)

        path = operation.path
        for each in operation.parameters:
            if each.place == "path":
                path = path.replace(f"{{{each.name}}}", f"<{each.name.replace('-', '_')}>")
        endpoint = f"api.{self.contract.name.partition('.')[0]}.{operation.name}"
        view.__operation__ = operation  # type: ignore[attr-defined]  # functions take attributes; a convention test reads it
        app.add_url_rule(self.prefix + path, endpoint, csrf.exempt(public(view)), methods=[operation.method.upper()], strict_slashes=False)

    def _answer(self, operation: Operation, handled: Handled) -> Response:
        counted: Mapping[str, str] = {}
        asking: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the documented way past the proxy, which looks it up each time
        with force_locale(ENGLISH):
            try:
                caller = None
                if not operation.is_open:
                    caller, counted = self._admit(asking, operation, handled)
                response = handled.handler(self._asked(asking, operation, handled, caller)).response()
            except Refused as refused:
                response = self.refuse(refused)
            except HomeroomError as error:
                response = self.refuse(of_error(error))
        if counted:
            response.headers.update(counted)
        return response

    def _admit(self, asking: Request, operation: Operation, handled: Handled) -> tuple[Caller, dict[str, str]]:
        """Who asks, and the headers of the rate. Raises Refused."""
        try:
            caller = self.authenticate(asking)
        except Refused as refused:
            if refused.why is Why.NO_KEY:
                rates.count_wrong_key(asking.remote_addr or "")
            raise
        g.api_caller = caller
        programs.met(caller.district_id)
        counted = rates.count(caller.bearer.id)
        if operation.spec.get("x-bearer-type") == ADMIN and caller.bearer.type != ADMIN:
            raise Refused(Why.NOT_ALLOWED, "Only a bearer of type Admin may do this.", code="admin_only", headers=counted)
        if handled.scopes and caller.scopes.isdisjoint(handled.scopes):
            raise missing_scope(*handled.scopes, headers=counted)
        return caller, counted

    def _asked(self, asking: Request, operation: Operation, handled: Handled, caller: Caller | None) -> Asked:
        values = asked.parameters(operation, asking)
        body, files, raw = asked.body(operation, asking, limit=handled.limit, prepare=self.prepare)
        return Asked(operation, values["path"], values["query"], values["header"], body, files, caller, raw)

    def refuse(self, refused: Refused) -> Response:
        """In this face's shape."""
        status = self.manner.status(refused.why)
        return Answer(status, self.manner.body(refused, status), headers=refused.headers).response()

    def answer_error(self, status: int, advice: str, code: str | None) -> Response:
        """What no handler raised: an address that does not exist, a database that is away, a surprise."""
        why = why_of_status(status)
        return self.refuse(Refused(why, advice or _SENTENCES.get(why, "This could not be done. Nothing was changed."), code=code))


def missing_scope(*scopes: Scope, headers: Mapping[str, str] | None = None) -> Refused:
    """A key that holds none of these."""
    needed = " or ".join(f"“{scope}”" for scope in scopes)
    sentence = f"This key may not do that. An admin can make one with {needed} under Settings, API and webhooks."
    return Refused(Why.NOT_ALLOWED, sentence, code="missing_scope", headers=headers)


_SENTENCES: Mapping[Why, str] = {
    Why.INVALID: "The request could not be read. Compare it with the contract.",
    Why.UNKNOWN: "There is nothing at this address. Compare it with the contract.",
    Why.NO_METHOD: "This address does not take this method.",
    Why.TOO_LARGE: "The body is larger than this house reads.",
    Why.AWAY: "The house is not ready for a moment. Nothing was changed; try again in a few seconds.",
    Why.CRASHED: "Something went wrong on our side. Nothing was changed; the header X-Request-ID names it for whoever runs the house.",
}
