"""Where the carrier asks what a call to one of our numbers is to do. Every question is signed; an unsigned one changes nothing."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.calls.direct_pages import CHOICE, LEFT, RANG, RECORDED, SCREEN, SCREENED, TAKEN, WAIT
from app.calls.menu_script import script_of
from app.calls.said import MenuSaid
from app.calls.service import incoming, office_line, ringing
from app.calls.service.incoming import REPEATS
from app.carrier.forms import BadWebhook
from app.carrier.status_door import not_understood
from app.carrier.views import NO_ANSWER, only_from_the_carrier
from app.carrier.voice_choice import INCOMING, addresses_of
from app.carrier.voice_forms import ScriptForm
from app.core.errors import NotVisible
from app.core.ids import row_number

log = structlog.get_logger()

incoming_scripts = Blueprint("calls_incoming", __name__)
incoming_scripts.before_request(only_from_the_carrier)


@incoming_scripts.post(INCOMING)
@public
def arrived() -> ResponseReturnValue:
    """Somebody calls."""
    try:
        return _answer(lambda form: incoming.begin(form))  # noqa: PLW0108  # as the others
    except NotVisible:
        log.warning("calls.incoming_for_unknown_number")
        return Response(NO_ANSWER, HTTPStatus.NOT_FOUND, mimetype="text/xml")


@incoming_scripts.post(CHOICE)
@public
def chosen() -> ResponseReturnValue:
    """A key was pressed at the menu, or none."""
    asked = min(request.args.get("n", 0, type=row_number), REPEATS)
    return _answer(lambda form: incoming.choose(form, _reference(), asked))


@incoming_scripts.post(RANG)
@public
def rang() -> ResponseReturnValue:
    """The ringing, or the talk, is over."""
    return _answer(lambda form: ringing.rang(form, _reference()))


@incoming_scripts.post(SCREEN)
@public
def screen() -> ResponseReturnValue:
    """A staff member's own phone was picked up."""
    return _answer(lambda _form: ringing.screen(_reference()))


@incoming_scripts.post(SCREENED)
@public
def screened() -> ResponseReturnValue:
    """A key was pressed on it."""
    return _answer(lambda form: ringing.screened(form, _reference()))


@incoming_scripts.post(WAIT)
@public
def wait() -> ResponseReturnValue:
    """Somebody in the office's line hears what is new."""
    return _answer(lambda form: office_line.wait(form, _reference()))


@incoming_scripts.post(LEFT)
@public
def left() -> ResponseReturnValue:
    """Somebody left the line."""
    return _answer(lambda form: office_line.left_line(form, _reference()))


@incoming_scripts.post(TAKEN)
@public
def taken() -> ResponseReturnValue:
    """Somebody of the office takes a call from the line."""
    return _answer(lambda form: office_line.taken(form, _reference()))


@incoming_scripts.post(RECORDED)
@public
def recorded() -> ResponseReturnValue:
    """The message is over."""
    return _answer(lambda form: incoming.recorded(form, _reference()))


def _reference() -> str:
    return request.args.get("ref", "")


def _answer(decide: Callable[[ScriptForm], MenuSaid]) -> ResponseReturnValue:
    try:
        form = ScriptForm.of(request.form)
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    return Response(script_of(decide(form), addresses_of(current_app)), mimetype="text/xml")
