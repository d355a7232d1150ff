"""The forms of this room's pages."""

from app.directory.forms.consent import HOW_WE_KNOW, ConsentForm
from app.directory.forms.groups import EVERYBODY, NOBODY, GroupForm
from app.directory.forms.numbers import NumberForm, PoolForm, TextingForm
from app.directory.forms.people import LANGUAGES, ContactPointForm, GuardianForm, GuardianshipForm
from app.directory.forms.schools import COMMON_ZONES, ClosureForm, SchoolForm

__all__ = [
    "COMMON_ZONES",
    "EVERYBODY",
    "HOW_WE_KNOW",
    "LANGUAGES",
    "NOBODY",
    "ClosureForm",
    "ConsentForm",
    "ContactPointForm",
    "GroupForm",
    "GuardianForm",
    "GuardianshipForm",
    "NumberForm",
    "PoolForm",
    "SchoolForm",
    "TextingForm",
]
