"""The form of a saved group. Its members stand beside it, chosen from what a search found."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.directory.forms.numbers import strip

NOBODY, EVERYBODY = "", "all"


class GroupForm(FlaskForm):
    """A group's name, and who else may use it."""

    name = StringField(_l("Name"), [DataRequired(_l("Give the group a name.")), Length(max=120)], filters=[strip])
    share = SelectField(_l("Who may use it"), default=NOBODY)
