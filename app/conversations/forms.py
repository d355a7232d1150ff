"""What the pages of threads send, read and checked before a service sees it."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.i18n import get_translations
from wtforms.validators import Length, Optional, ValidationError

from app.conversations.service.composing import LONGEST_BODY
from app.core.ids import new_uuid, row_number_or_none

MODES = ("text", "note")
LONGEST_TRANSLATION = 12_000


@lru_cache(maxsize=16)
def _words_of_the_library(locale: str) -> Any:
    return get_translations([locale])


class Form(FlaskForm):
    """A form of this room. The application checks the CSRF token of every request already."""

    class Meta(FlaskForm.Meta):
        """WTForms' place for such settings."""

        csrf = False

        def get_translations(self, form: object) -> Any:  # the library's signature
            """The library's own words. Unlike Flask-WTF's, they are not read from their file for each form."""
            return _words_of_the_library(str(get_locale()))

    def first_errors(self) -> dict[str, str]:
        """One sentence for each field that is wrong."""
        return {name: str(errors[0]) for name, errors in self.errors.items() if name and errors}


class MessageForm(Form):
    """What the composer sends."""

    body = TextAreaField(validators=[Length(max=LONGEST_BODY, message=_("This is longer than %(max)s characters. Send a file instead."))])
    uuid = HiddenField()
    mode = StringField(default="text")
    send = StringField()
    due = StringField()
    due_at = StringField()
    as_mms = BooleanField()
    translate = BooleanField()
    translation = TextAreaField(validators=[Length(max=LONGEST_TRANSLATION)])
    translated_by = StringField(validators=[Optional(), Length(max=20)])

    def validate_uuid(self, field: StringField) -> None:
        """A form without a name for its message, or with a strange one, gets a fresh name: better twice than never."""
        try:
            self.message_uuid = UUID(field.data or "")
        except ValueError:
            self.message_uuid = new_uuid()

    def validate_mode(self, field: StringField) -> None:
        """Text or note."""
        if field.data not in MODES:
            field.data = "text"

    @property
    def is_note(self) -> bool:
        """Whether it stays among staff."""
        return bool(self.mode.data == "note" or self.send.data == "note")

    @property
    def wants_later(self) -> str:
        """The moment for which it is scheduled, as the form sent it; empty for now."""
        if not self.due.data:
            return ""
        return str(self.due_at.data or "") if self.due.data == "at" else str(self.due.data)


class SavedReplyForm(Form):
    """A saved reply."""

    title = StringField(_("Name"), [Length(min=1, max=120, message=_("Give it a name of at most %(max)s characters."))])
    shortcut = StringField(_("Shortcut"), [Length(min=1, max=30, message=_("Give it a short word, at most %(max)s characters."))])
    body = TextAreaField(_("Text"), [Length(min=1, max=LONGEST_BODY, message=_("Write what it says."))])
    school_id = StringField(_("Who uses it"))


class NewGuardianForm(Form):
    """An unknown sender who becomes a guardian."""

    student_id = StringField()
    given_name = StringField(_("First name"), [Length(min=1, max=100, message=_("Write a first name."))])
    family_name = StringField(_("Family name"), [Length(max=100)])
    relationship_name = StringField(_("Relationship"), default="guardian")
    language = StringField(_("Language"))

    def validate_student_id(self, field: StringField) -> None:
        """One student must be chosen."""
        if row_number_or_none(field.data) is None:
            raise ValidationError(_("Choose the student whom this person belongs to."))


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A date and time as a browser's field sends it, on the wall of a school; None for what is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=zone)
