"""The menu of a phone line, for telephone systems that ask by JSON what a call is to do next."""

from flask import current_app
from werkzeug.datastructures import MultiDict

from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.permissions import need
from app.api.courier.queries.voice_lines import line_named
from app.api.refusals import Refused, Why
from app.calls.menu_script import script_of
from app.calls.service.menu_steps import next_step
from app.carrier.forms import BadWebhook
from app.carrier.voice_choice import addresses_of
from app.carrier.voice_forms import ScriptForm
from app.core.database import db
from app.directory.models import PhoneNumber

XML = "application/xml"
LONGEST_VALUE = 500


@face.operation("getIvrTwiml", scope=Scope.MANAGE)
def get_ivr_twiml(asked: Asked) -> Answer:
    """The same menu, over the same steps, as the carrier itself is answered with."""
    need(asked.staff, Permission.MANAGE_NUMBERS)
    line = line_named(asked.staff, jsonapi.path_id(asked))
    number = db.session.get_one(PhoneNumber, line.phone_number_id)
    fields = MultiDict(
        {name: str(value) for name, value in asked.body.items() if isinstance(value, (str, int)) and len(str(value)) <= LONGEST_VALUE}
    )
    try:
        form = ScriptForm.of(fields)
    except BadWebhook as error:
        raise Refused(Why.INVALID, f"Send what the telephony provider sends: {error}.", code="not_understood") from error
    if form.to != number.address:
        raise Refused(Why.RULE, "This call is not to the number of this voice setting.", field="body/To", code="other_number")
    return Answer(201, script_of(next_step(form), addresses_of(current_app)).encode(), content_type=XML)
