"""Words of this room that stand in several templates: grades, relationships, kinds of numbers."""

from flask_babel import gettext as _

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
