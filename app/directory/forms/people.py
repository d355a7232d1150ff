"""Forms about people."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app.core.choices import choices_of

LANGUAGES = ("en", "es", "vi", "ar", "so", "zh", "ru", "uk", "fr", "ht", "ko", "tl", "pt", "fa", "am", "sw")


class GuardianForm(FlaskForm):
    """An adult's own data."""

    given_name = StringField(_l("Given name"), [InputRequired(_l("Write the given name.")), Length(max=100)])
    family_name = StringField(_l("Family name"), [Length(max=100)])
    language = SelectField(_l("Language"), choices=choices_of((code, code) for code in LANGUAGES))
    postal_code = StringField(
        _l("Postal code"), [Optional(), Length(max=12), Regexp(r"^[\w -]+$", message=_l("Only letters, digits and dashes."))]
    )
    note = TextAreaField(_l("Good to know"), [Length(max=500, message=_l("At most 500 characters."))])


class ContactPointForm(FlaskForm):
    """A phone or an email."""

    address = StringField(_l("Phone number or email"), [InputRequired(_l("Write a phone number or an email.")), Length(max=254)])
    kind = SelectField(
        _l("Kind"),
        choices=choices_of(
            [("mobile", _l("Mobile")), ("landline", _l("Landline")), ("voip", _l("Internet phone")), ("email", _l("Email"))]
        ),
    )
    label = StringField(_l("Label"), [Length(max=40)], description=_l("Such as home, work or grandmother’s house."))
    priority = IntegerField(_l("Order"), [InputRequired(), NumberRange(1, 9)], default=1)


class GuardianshipForm(FlaskForm):
    """What binds an adult to a child."""

    relationship_name = SelectField(_l("Relationship"))
    priority = IntegerField(_l("Order"), [InputRequired(), NumberRange(1, 9)], description=_l("1 is the main contact."))
    may_contact = BooleanField(_l("May be contacted about this student"))
    lives_with = BooleanField(_l("Lives with the student"))
