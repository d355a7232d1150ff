"""Rate limits cost only the routes that have one. There is none for all, and looking for one takes as long as a query."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter

LIMITED = "__wrapper-limiter-instance"
"""What Flask-Limiter writes on a view with a limit."""


def init_app(app: Flask, limiter: Limiter) -> None:
    """Tie the limiter to the application, and keep its hooks to views with a limit."""
    hooks: list[list[Any]] = [app.before_request_funcs[None], app.after_request_funcs[None], app.teardown_request_funcs[None]]
    known = [len(each) for each in hooks]
    limiter.init_app(app)
    for functions, count in zip(hooks, known, strict=True):
        functions[count:] = [_only_where_limited(each) for each in functions[count:]]


def _only_where_limited(hook: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any) -> Any:
        if hasattr(current_app.view_functions.get(request.endpoint or ""), LIMITED):
            return hook(*given)
        return given[0] if given else None

    return run
