"""Where the carrier asks what a call is to say. Every question is signed; an unsigned one is answered 403 and changes nothing.

The address of each page carries the call's reference, so that a call whose placing lost its answer is known here as well.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.carrier.calls import is_fax, is_machine
from app.carrier.forms import BadWebhook, CallForm
from app.carrier.status_door import not_understood
from app.carrier.views import only_from_the_carrier
from app.delivery.voice import service
from app.delivery.voice.script import MOST_REPEATS, Key, hang_up
from app.delivery.voice.service import Asked

bp = Blueprint("delivery_voice", __name__, url_prefix=service.PAGES)
bp.before_request(only_from_the_carrier)


@bp.post("/script")
@public
def script() -> ResponseReturnValue:
    """Somebody answered, or the beep was heard: the message."""
    return _page(service.answered, _message)


@bp.post("/heard")
@public
def heard() -> ResponseReturnValue:
    """A person heard it to the end: the choices."""
    return _page(service.heard, lambda asked: asked.script.choices(repeats=_repeats()))


@bp.post("/left")
@public
def left() -> ResponseReturnValue:
    """It is on the voicemail."""
    return _page(service.heard, lambda _asked: hang_up())


@bp.post("/keys")
@public
def keys() -> ResponseReturnValue:
    """A key was pressed."""
    return _page(service.pressed, _after_key)


def _after_key(asked: Asked) -> str:
    """What follows from a key; what means nothing leads to the choices again, not for ever."""
    if asked.key is Key.STOP:
        return asked.script.stopped()
    if asked.given is not None:
        return asked.script.answered(asked.given)
    if _repeats() >= MOST_REPEATS:
        return asked.script.goodbye()
    if asked.key is Key.AGAIN:
        return asked.script.for_person(repeats=_repeats() + 1)
    return asked.script.choices(repeats=_repeats() + 1)


def _message(asked: Asked) -> str:
    if is_fax(asked.answered_by):
        return hang_up()
    return asked.script.for_machine() if is_machine(asked.answered_by) else asked.script.for_person()


def _page(note: Callable[[CallForm], Asked | None], says: Callable[[Asked], str]) -> ResponseReturnValue:
    try:
        asked = note(CallForm.of(request.form, request.args))
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    return Response(hang_up() if asked is None else says(asked), mimetype="text/xml")


def _repeats() -> int:
    given = request.args.get("n", "0")
    return min(int(given), MOST_REPEATS) if given.isascii() and given.isdigit() else 0
