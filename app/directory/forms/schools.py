"""Forms about schools: their data, and the days on which they are closed."""

from datetime import date, timedelta
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.core import phone_numbers
from app.core.phone_numbers import UnusablePhoneNumber
from app.directory.forms.numbers import strip

LONGEST_STRETCH = timedelta(days=120)
COMMON_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip
"""What the field suggests; any other zone can be typed."""


class SchoolForm(FlaskForm):
    """A school's data; its week stands beside it."""

    name = StringField(_l("Name"), [DataRequired(_l("Write the school’s name.")), Length(max=200)], filters=[strip])
    short_name = StringField(_l("Short name"), [Length(max=60)], filters=[strip], description=_l("For lists, such as Cedar Grove."))
    phone = StringField(_l("Phone"), filters=[strip], description=_l("Shown on the sign-in page."))
    area_code = StringField(
        _l("Area code"),
        [Optional(), Regexp(r"^\d{2,5}$", message=_l("Only digits, such as 503."))],
        filters=[strip],
        description=_l("New conversations get a number near it."),
    )
    time_zone = StringField(
        _l("Time zone"),
        [DataRequired(_l("Write a time zone.")), Length(max=60)],
        filters=[strip],
        description=_l("Such as America/New_York."),
    )

    def validate_phone(self, field: StringField) -> None:
        """Keep it in E.164, or nothing at all."""
        if not field.data:
            return
        try:
            field.data = phone_numbers.parse(field.data)
        except UnusablePhoneNumber as refusal:
            raise ValidationError(refusal.advice) from refusal

    def validate_time_zone(self, field: StringField) -> None:
        """A wrong zone would promise families the wrong hour."""
        if field.data not in available_timezones():
            raise ValidationError(_("There is no such time zone. Write one such as America/New_York."))


class ClosureForm(FlaskForm):
    """A day, or several in a row, on which nobody is at school."""

    day = DateField(_l("First day"), [InputRequired(_l("Choose the day."))])
    until = DateField(_l("Last day"), [Optional()], description=_l("Empty: only that one day."))
    reason = StringField(_l("Reason"), [DataRequired(_l("Write why, such as Winter break.")), Length(max=120)], filters=[strip])

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    @property
    def last(self) -> date | None:
        """The last day that a valid form holds."""
        return self.until.data or self.day.data

    def validate_day(self, field: DateField) -> None:
        """Yesterday cannot be closed any more."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("This day is over. Choose today or a day to come."))

    def validate_until(self, field: DateField) -> None:
        """A stretch goes forward, and ends."""
        if field.data is None or self.day.data is None:
            return
        if field.data < self.day.data:
            raise ValidationError(_("The last day must not be before the first."))
        if field.data - self.day.data > LONGEST_STRETCH:
            raise ValidationError(_("At most %(count)s days at once.", count=LONGEST_STRETCH.days))
