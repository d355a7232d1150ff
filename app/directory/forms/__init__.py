"""The forms of this room's pages."""

from app.directory.forms.consent import HOW_WE_KNOW, ConsentForm
from app.directory.forms.numbers import NumberForm, PoolForm, TextingForm
from app.directory.forms.people import LANGUAGES, ContactPointForm, GuardianForm, GuardianshipForm

__all__ = [
    "HOW_WE_KNOW",
    "LANGUAGES",
    "ConsentForm",
    "ContactPointForm",
    "GuardianForm",
    "GuardianshipForm",
    "NumberForm",
    "PoolForm",
    "TextingForm",
]
