"""Where the carrier asks what a call from a browser, or from a staff member's own phone, is to do. Every question is signed."""

from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.calls.direct_pages import AFTER, KEY, OWN
from app.calls.direct_script import script_of
from app.calls.said import DirectSaid
from app.calls.service import direct_scripting
from app.carrier.forms import BadWebhook
from app.carrier.status_door import not_understood
from app.carrier.views import only_from_the_carrier
from app.carrier.voice_choice import OUTGOING, addresses_of
from app.carrier.voice_forms import ScriptForm

outgoing_scripts = Blueprint("calls_outgoing", __name__)
outgoing_scripts.before_request(only_from_the_carrier)


@outgoing_scripts.post(OUTGOING)
@public
def from_browser() -> ResponseReturnValue:
    """A browser calls out."""
    return _answer(direct_scripting.from_browser)


@outgoing_scripts.post(OWN)
@public
def own_phone() -> ResponseReturnValue:
    """The staff member's own phone was picked up."""
    return _answer(lambda form: direct_scripting.own_phone(form, _reference(), is_key=False))


@outgoing_scripts.post(KEY)
@public
def own_key() -> ResponseReturnValue:
    """A key was pressed on it, or none."""
    return _answer(lambda form: direct_scripting.own_phone(form, _reference(), is_key=True))


@outgoing_scripts.post(AFTER)
@public
def after() -> ResponseReturnValue:
    """The family's phone has hung up, or never answered."""
    return _answer(lambda form: direct_scripting.after(form, _reference()))


def _reference() -> str:
    return request.args.get("ref", "")


def _answer(decide: Callable[[ScriptForm], DirectSaid]) -> ResponseReturnValue:
    try:
        form = ScriptForm.of(request.form)
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    return Response(script_of(decide(form), addresses_of(current_app)), mimetype="text/xml")
