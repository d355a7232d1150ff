"""The form of the consent ledger."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.choices import choices_of
from app.directory.models import ALL_SENDERS

HOW_WE_KNOW = {
    "paper": _l("Paper form"),
    "call": _l("Phone call"),
    "person": _l("In person"),
    "email": _l("Email or letter"),
    "text": _l("A text in other words"),
}


class ConsentForm(FlaskForm):
    """What a family told staff."""

    kind = RadioField(
        _l("What did they say?"),
        [InputRequired(_l("Choose what they said."))],
        choices=choices_of([("agreed", _l("Yes, texts are fine")), ("opted_out", _l("No more texts"))]),
    )
    scope = SelectField(_l("About which texts?"), [InputRequired()], default=ALL_SENDERS)
    how = SelectField(
        _l("How do you know?"),
        [InputRequired()],
        choices=choices_of(HOW_WE_KNOW.items()),
    )
    wording = StringField(
        _l("Their words, or where the paper is"),
        [DataRequired(_l("Write what was said, or where the form is kept: it is the proof.")), Length(max=150)],
        filters=[lambda text: text.strip() if text else text],
    )
