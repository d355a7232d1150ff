"""Where the carrier asks what a phone in a conference is to do. Every question is signed; an unsigned one changes nothing."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.calls.conference_asking import ROOM_PAGES, WORDS_PAGES
from app.calls.script import script_of, words_of
from app.calls.service import scripting, speaking
from app.carrier.forms import BadWebhook
from app.carrier.status_door import not_understood
from app.carrier.views import only_from_the_carrier
from app.carrier.voice_choice import addresses_of, public_address_of
from app.carrier.voice_forms import ScriptForm
from app.core.ids import row_number

scripts = Blueprint("calls_scripts", __name__)
scripts.before_request(only_from_the_carrier)
MOST = 99


@scripts.post(ROOM_PAGES)
@public
def room() -> ResponseReturnValue:
    """Somebody, or something, picked up."""
    try:
        form = ScriptForm.of(request.form)
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    reference = request.args.get("ref", "")
    asked = min(request.args.get("n", 0, type=row_number), MOST)
    said = scripting.answer(reference, form.call_id, asked=asked, key=form.digits if "key" in request.args else None)
    base = public_address_of(current_app, ROOM_PAGES)
    script = script_of(said, addresses_of(current_app), lambda number: f"{base}?ref={said.reference}&n={number}", asked)
    return Response(script, mimetype="text/xml")


@scripts.post(WORDS_PAGES)
@public
def words() -> ResponseReturnValue:
    """The carrier was asked to say something, and comes for the words."""
    spoken = speaking.words_for(request.args.get("wish", 0, type=row_number), request.args.get("try", 0, type=row_number))
    return Response(words_of(spoken), mimetype="text/xml")
