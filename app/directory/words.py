"""Words of this room that stand in several templates: grades, relationships, kinds of numbers."""

from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import get_locale
from flask_babel import gettext as _

from app.directory.habits import PartOfDay

MINUTE = timedelta(minutes=1)
NO_GRADE_NUMBER = {"KG": "K", "PK": "Pre-K", "TK": "TK", "IT": "IT", "PS": "PS"}


def grade_short(grade: str | None) -> str:
    """For a list: "Gr 3"."""
    if not grade:
        return ""
    if grade in NO_GRADE_NUMBER:
        return NO_GRADE_NUMBER[grade]
    return str(_("Gr %(grade)s", grade=grade.lstrip("0")))


def grade_long(grade: str | None) -> str:
    """For a page: "Grade 3"."""
    if not grade:
        return ""
    if grade == "KG":
        return str(_("Kindergarten"))
    return NO_GRADE_NUMBER.get(grade) or str(_("Grade %(grade)s", grade=grade.lstrip("0")))


def relation(name: str) -> str:
    """A relationship in the reader's language; one that nobody foresaw stays as it was written."""
    known = {
        "mother": _("Mother"),
        "father": _("Father"),
        "parent": _("Parent"),
        "guardian": _("Guardian"),
        "grandmother": _("Grandmother"),
        "grandfather": _("Grandfather"),
        "grandparent": _("Grandparent"),
        "relative": _("Relative"),
        "aunt": _("Aunt"),
        "uncle": _("Uncle"),
        "stepparent": _("Stepparent"),
        "foster parent": _("Foster parent"),
    }
    return str(known.get(name) or name.capitalize())


RELATIONS = (
    "mother", "father", "parent", "guardian", "grandmother", "grandfather", "stepparent", "foster parent", "aunt", "uncle", "relative",
)  # fmt: skip


def kind(name: str) -> str:
    """What an address is."""
    return str({"mobile": _("mobile"), "landline": _("landline"), "voip": _("internet phone"), "email": _("email")}.get(name, name))


def purpose(name: str) -> str:
    """What a sender is for."""
    return str({"conversation": _("conversations"), "announcement": _("announcements"), "fax": _("fax")}.get(name, name))


def consent_change(name: str) -> tuple[str, str, str]:
    """A wish as a badge: word, tone, icon."""
    known = {
        "agreed": (_("Agreed"), "ok", "check"),
        "opted_in": (_("Opted in"), "ok", "check"),
        "opted_out": (_("Opted out"), "danger", "ban"),
    }
    word, tone, glyph = known.get(name, (name, "", "info-circle"))
    return str(word), tone, glyph


def consent_source(name: str) -> str:
    """How we know of a wish."""
    known = {
        "keyword": _("Texted"),
        "carrier": _("Reported by the carrier"),
        "staff": _("Told to staff"),
        "roster": _("Came with the roster"),
        "web": _("Chosen on the family’s web page"),
        "keypad": _("Pressed during a call"),
    }
    return str(known.get(name) or name)


def waiting(wait: timedelta) -> str:
    """How long an answer takes: "25 min", "3 hr"; never less than a minute."""
    return str(format_timedelta(max(wait, MINUTE), granularity="minute", threshold=1.2, format="short", locale=get_locale() or "en"))


def part_of_day(part: PartOfDay) -> str:
    """When answers mostly come."""
    return str({PartOfDay.MORNING: _("Mornings"), PartOfDay.AFTERNOON: _("Afternoons"), PartOfDay.EVENING: _("Evenings")}[part])
