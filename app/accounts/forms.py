"""What people type into this room's pages. Lengths and choices are checked here; rules that need tables, in the service."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.accounts import languages
from app.accounts.models import Role
from app.accounts.passwords import LONGEST, SHORTEST
from app.core import phone_numbers
from app.core.choices import choices_of

ROLE_NAMES = {
    Role.TEACHER: _l("Teacher"),
    Role.OFFICE: _l("Office"),
    Role.SCHOOL_ADMIN: _l("School admin"),
    Role.DISTRICT_ADMIN: _l("District admin"),
    Role.VIEWER: _l("Viewer"),
}


def typed(field: StringField | PasswordField) -> str:
    """What was typed, "" for nothing."""
    return field.data or ""


def known_email(_form: FlaskForm, field: Field) -> None:
    """Refuse what cannot be an email. Nobody is asked whether the domain takes mail: schools work offline too."""
    try:
        validate_email((field.data or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValidationError(_("This is not a whole email, such as a.lee@school.org.")) from error


def phone_or_nothing(_form: FlaskForm, field: Field) -> None:
    """Refuse what cannot be a phone number; keep the good one in E.164."""
    if not (field.data or "").strip():
        field.data = None
        return
    try:
        field.data = phone_numbers.parse(field.data)
    except phone_numbers.UnusablePhoneNumber as error:
        raise ValidationError(error.advice) from error


class SignInForm(FlaskForm):
    """The front door."""

    email = EmailField(_l("School email"), [InputRequired(_l("Type your school email.")), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password.")), Length(max=LONGEST)])
    shared = BooleanField(_l("This is a shared computer"), description=_l("We’ll sign you out after 15 minutes without activity"))
    next = HiddenField()


class ForgotForm(FlaskForm):
    """Asking for a link."""

    email = EmailField(_l("School email"), [InputRequired(_l("Type your school email.")), Length(max=254), known_email])


class NewPasswordForm(FlaskForm):
    """A password of one's own."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password.")), Length(max=LONGEST)],
        description=_l("At least %(count)s characters. Four unrelated words are easy to remember and hard to guess.", count=SHORTEST),
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password by whoever knows the old one."""

    current = PasswordField(_l("Current password"), [InputRequired(_l("Type your current password.")), Length(max=LONGEST)])


class StaffForm(FlaskForm):
    """A colleague's name, role and schools. The choices are those that the asker may give."""

    name = StringField(_l("Name"), [InputRequired(_l("Type the name.")), Length(max=200)])
    job_title = StringField(
        _l("What they do"), [Optional(), Length(max=120)], description=_l("Such as “Grade 3, Room 12” or “Front office”.")
    )
    role = SelectField(_l("Role"))
    schools = SelectMultipleField(_l("Schools"), coerce=int)

    def offer(self, roles: tuple[Role, ...], schools: dict[int, str]) -> "StaffForm":
        """Set the choices."""
        self.role.choices = choices_of((str(role), ROLE_NAMES[role]) for role in roles)
        self.schools.choices = choices_of(schools.items())
        return self

    def validate_schools(self, field: Field) -> None:
        """Whoever works for less than the district needs a school."""
        if self.role.data != Role.DISTRICT_ADMIN and not field.data:
            raise ValidationError(_("Choose at least one school."))


class InviteForm(StaffForm):
    """The same with the email."""

    email = EmailField(_l("School email"), [InputRequired(_l("Type the email.")), Length(max=254), known_email])


class ProfileForm(FlaskForm):
    """One's own settings; the office hours are read by `hours.py`."""

    formal_name = StringField(
        _l("Name that families see"), [Optional(), Length(max=200)], description=_l("Such as “Ms. Okafor-Reyes”. Empty: your full name.")
    )
    phone = StringField(
        _l("Your own phone"),
        [phone_or_nothing],
        description=_l("Rings for direct calls. Families see the school’s number, never this one."),
    )
    language = SelectField(_l("Language"), choices=choices_of(languages.NAMES.items()))
    theme = SelectField(_l("Light or dark"), choices=choices_of(languages.THEMES.items()))
    single_key_shortcuts = BooleanField(
        _l("Single-key shortcuts"), description=_l("C for a new message, R to reply. They only work outside of text fields.")
    )
    enter_sends = BooleanField(_l("Enter sends"), description=_l("Otherwise Ctrl+Enter sends and Enter starts a new line."))
    private_receipts = BooleanField(
        _l("Keep what I read private"), description=_l("Colleagues and families don’t see when you read a message.")
    )
