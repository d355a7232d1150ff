"""Forms about the district's numbers, their pools, and what holds for all texts."""

from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, FloatField, IntegerField, SelectField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.core.choices import choices_of

PURPOSES = choices_of([("conversation", _l("Conversations with families")), ("announcement", _l("Announcements")), ("fax", _l("Fax"))])
KINDS = choices_of([("long_code", _l("Local number")), ("toll_free", _l("Toll-free number")), ("short_code", _l("Short code"))])
MOST_PER_SECOND, MOST_PER_MINUTE = 1000, 1_000_000
MOST_CALLS_PER_SECOND = 100


def strip(text: Any) -> Any:
    """What was typed without the spaces around it."""
    return text.strip() if isinstance(text, str) else text


class NumberForm(FlaskForm):
    """One of the district's numbers."""

    address = StringField(_l("Phone number"), [DataRequired(_l("Write the number."))], filters=[strip])
    label = StringField(_l("Name"), [Length(max=120)], filters=[strip], description=_l("Such as Main office, or Grade 3 teachers."))
    purpose = SelectField(_l("What it is for"), [InputRequired()], choices=PURPOSES)
    school = SelectField(_l("School"), coerce=lambda value: int(value) if value else None)
    pool = SelectField(_l("Pool"), coerce=lambda value: int(value) if value else None)
    kind = SelectField(_l("Kind"), [InputRequired()], choices=KINDS)
    segments_per_second = FloatField(
        _l("Pace"),
        [Optional(), NumberRange(0.01, MOST_PER_SECOND, _l("Between 0.01 and 1000."))],
        description=_l("Texts a second. Empty: 1 for local, 3 for toll-free, 100 for short codes."),
    )
    calls_per_second = FloatField(
        _l("Pace of calls"),
        [Optional(), NumberRange(0.01, MOST_CALLS_PER_SECOND, _l("Between 0.01 and 100."))],
        description=_l("Calls begun a second, for announcements by voice. Empty: 1, which carriers allow from the start."),
    )
    provider_id = StringField(
        _l("The carrier’s id"),
        [Optional(), Length(max=64), Regexp(r"^\w+$", message=_l("Only letters and digits, such as PN0123…"))],
        filters=[strip],
    )


class PoolForm(FlaskForm):
    """Numbers that share one sender identity."""

    name = StringField(_l("Name"), [DataRequired(_l("Give the pool a name.")), Length(max=120)], filters=[strip])
    purpose = SelectField(_l("What it is for"), [InputRequired()], choices=PURPOSES[:2])
    segments_per_minute = IntegerField(
        _l("Ceiling"),
        [Optional(), NumberRange(1, MOST_PER_MINUTE, _l("Between 1 and 1,000,000."))],
        description=_l("Texts a minute that the campaign allows: 4,500, 2,400, 240 or 75. Empty: only the numbers’ own pace counts."),
    )
    provider_id = StringField(
        _l("The carrier’s id"),
        [Optional(), Length(max=64), Regexp(r"^\w+$", message=_l("Only letters and digits, such as MG0123…"))],
        filters=[strip],
        description=_l("The messaging service there, if there is one."),
    )


class TextingForm(FlaskForm):
    """What holds for all texts of the district."""

    holds = BooleanField(_l("Hold messages at night"), description=_l("Texts wait for the morning in the family’s own time zone"))
    quiet_from = TimeField(_l("From"), [Optional()])
    quiet_until = TimeField(_l("Until"), [Optional()])
    cents_per_segment = DecimalField(_l("One text, in cents"), [Optional(), NumberRange(0, 1000, _l("Between 0 and 1000."))])
    cents_per_mms = DecimalField(_l("One picture message, in cents"), [Optional(), NumberRange(0, 1000, _l("Between 0 and 1000."))])
    cents_per_call_minute = DecimalField(
        _l("One minute of a call, in cents"), [Optional(), NumberRange(0, 1000, _l("Between 0 and 1000."))]
    )
    auto_reply = BooleanField(_l("Answer after hours"), description=_l("Families hear at once when somebody will reply"))
    guardian_link_days = IntegerField(
        _l("Days that a family’s web link works"),
        [InputRequired(_l("Write a number of days.")), NumberRange(1, 365, _l("Between 1 and 365."))],
    )

    @property
    def night(self) -> tuple[time, time] | None:
        """The quiet hours that a valid form holds."""
        begins, ends = self.quiet_from.data, self.quiet_until.data
        return (begins, ends) if self.holds.data and begins is not None and ends is not None else None

    def validate_quiet_until(self, field: TimeField) -> None:
        """A night needs both its ends, and they differ."""
        if not self.holds.data:
            return
        if self.quiet_from.data is None or field.data is None:
            raise ValidationError(_("Say when the night begins and when it ends."))
        if self.quiet_from.data == field.data:
            raise ValidationError(_("The night would have no end. Choose another time."))
