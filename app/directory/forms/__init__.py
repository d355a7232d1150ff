"""The forms of this room's pages."""

from app.directory.forms.consent import HOW_WE_KNOW, ConsentForm
from app.directory.forms.numbers import NumberForm, PoolForm, TextingForm
from app.directory.forms.people import LANGUAGES, ContactPointForm, GuardianForm, GuardianshipForm
from app.directory.forms.schools import COMMON_ZONES, ClosureForm, SchoolForm

__all__ = [
    "COMMON_ZONES",
    "HOW_WE_KNOW",
    "LANGUAGES",
    "ClosureForm",
    "ConsentForm",
    "ContactPointForm",
    "GuardianForm",
    "GuardianshipForm",
    "NumberForm",
    "PoolForm",
    "SchoolForm",
    "TextingForm",
]
