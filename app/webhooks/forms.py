"""What an admin says about an endpoint."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.core.choices import choices_of
from app.webhooks.kinds import KINDS


class EndpointForm(FlaskForm):
    """What it is called and hears of."""

    name = StringField(
        _l("Name"), [Optional(), Length(max=120)], description=_l("Such as “Attendance system”. All district admins see it.")
    )
    kinds = SelectMultipleField(_l("Tell it when"), choices=choices_of((kind.name, kind.words) for kind in KINDS))
    with_words = BooleanField(
        _l("With words, names and numbers"),
        description=_l("Without this it gets ids, states and moments alone, and asks the API for the rest with a key of its own."),
    )


class NewEndpointForm(EndpointForm):
    """The same with its address, which stays. `once` is the id that the endpoint will have, so that a form makes one."""

    once = HiddenField()
    url = StringField(
        _l("Web address"), [DataRequired(_l("Type the address that is to be called.")), Length(max=2048)],
        description=_l("Begin with https://. It must be reachable from the internet; addresses inside a network are never called."),
    )  # fmt: skip
