"""What an admin says about another system. What it may do and where is decided by the service."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.accounts.scope_words import SCOPE_WORDS
from app.accounts.scopes import Scope
from app.core.choices import choices_of

DISTRICT, SCHOOLS, PERSON = "district", "schools", "person"
WHO = {
    DISTRICT: _l("As itself, for the whole district"),
    SCHOOLS: _l("As itself, for some schools"),
    PERSON: _l("As a person of the staff"),
}


class NewKeyForm(FlaskForm):
    """A key with whoever it is for."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Type what this key is for.")), Length(max=200)],
        description=_l("Such as “Attendance sync”. It stands beside what the system sends, for colleagues and families."),
    )  # fmt: skip
    may = SelectMultipleField(_l("What it may do"), choices=choices_of((str(one), words.name) for one, words in SCOPE_WORDS.items()))
    acts = RadioField(_l("Who it acts as"), choices=choices_of(WHO.items()), default=DISTRICT)
    schools = SelectMultipleField(_l("Schools"), coerce=int)
    email = StringField(
        _l("Their school email"), [Optional(), Length(max=254)],
        description=_l("The key can do what this person can do, and what it sends is theirs. It ends when their account is closed."),
    )  # fmt: skip
    expires = DateField(_l("Last day"), [Optional()], description=_l("Empty: it works until you revoke it."))
    once = HiddenField()
    """A form that is sent twice, such as by going back, makes one key."""

    def validate_may(self, field: Field) -> None:
        """A key for nothing is a mistake."""
        if not field.data:
            raise ValidationError(_("Choose at least one thing."))
        if Scope.MANAGE in field.data and self.acts.data != DISTRICT:
            raise ValidationError(_("Managing is for the whole district. Take it off, or let the key act for the whole district."))

        if Scope.WEBHOOKS in field.data and self.acts.data == SCHOOLS:
            raise ValidationError(_("Webhooks hear the whole district. Take them off, or let the key act for the whole district."))

    def validate_schools(self, field: Field) -> None:
        """Some schools are at least one."""
        if self.acts.data == SCHOOLS and not field.data:
            raise ValidationError(_("Choose at least one school."))

    def ends_at(self, zone: str) -> datetime | None:
        """When the last day is over where the district is."""
        if self.expires.data is None:
            return None
        return datetime.combine(self.expires.data + timedelta(days=1), time.min, ZoneInfo(zone))


NAME_TAKEN = _l("There is a system of this name already. Give this one another, so that everybody can tell them apart.")


class BearerForm(FlaskForm):
    """What else is said about a system once it is in."""

    name = StringField(_l("Name"), [DataRequired(_l("Type what this key is for.")), Length(max=200)])
    callback_url = StringField(
        _l("Callback address"), [Optional(), Length(max=2048)],
        description=_l("Where news of what this system sends goes, unless a request or a conversation names another address."),
    )  # fmt: skip
    callback_username = StringField(_l("User name for it"), [Optional(), Length(max=255)])
    callback_password = PasswordField(
        _l("Password for it"),
        [Optional(), Length(max=255)],
        description=_l("Empty keeps the one there is, unless the address moves to another server."),
    )
    partner = SelectField(_l("Works through partner"), coerce=int)
    is_test = BooleanField(
        _l("Test mode"), description=_l("What it sends by batches is checked, counted and answered, and nothing leaves the house.")
    )
