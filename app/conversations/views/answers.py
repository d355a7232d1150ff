"""What a view answers to a change: JSON for our scripts, or back to the page with a word about it for everybody else."""

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import flash, jsonify, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from app.core.error_pages import wants_json

MOST_REMEMBERED = 1000
"""Letters of a way back that are kept for the next page: a session is a cookie, and browsers drop those beyond 4 kB."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """A form that undoes what was just done: a script posts it, and without one it stands in the toast of the next page."""

    href: str
    fields: dict[str, str] = field(default_factory=dict)


def done(said: str, back: str, *, way_back: WayBack | None = None, **facts: object) -> ResponseReturnValue:
    """It worked. `said` is the sentence for the toast, empty for none; `facts` are for the script."""
    undo = {"href": way_back.href, "fields": way_back.fields} if way_back else None
    if wants_json():
        return make_response(jsonify({"said": said, "undo": undo, **facts}))
    if said:
        flash(said, "ok")
        if undo and len(str(undo)) <= MOST_REMEMBERED:
            session["way_back"] = undo  # taken out by components/toasts.html, which offers it beside the sentence
    return redirect(safe_back(back), HTTPStatus.SEE_OTHER)


def refused(errors: dict[str, str], *, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> ResponseReturnValue:
    """For a script: what is wrong, by the name of the field. Pages are shown again by their own view."""
    return make_response(jsonify({"errors": errors}), status)


def safe_back(address: str) -> str:
    """An address on this site, whatever a form claimed."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/conversations"


def came_from() -> str:
    """Where a form wants to return to."""
    return safe_back(request.form.get("back", "/conversations"))
