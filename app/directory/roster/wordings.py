"""What can be wrong with a roster, as a name with values; worded when somebody reads it, in the reader's language."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

UNREADABLE = {
    "damaged": _l("%(name)s is damaged. Export or upload it again."),
    "damaged_inside": _l("%(name)s is damaged. Export the roster again. What came before the damage is in."),
    "nothing_there": _l("There is no file or folder %(name)s. Check the path."),
    "no_zip": _l("%(name)s is neither a folder nor a zip file. Export the roster again as a OneRoster CSV zip."),
    "over_2_gb": _l("%(name)s would unpack to more than 2 GB. That cannot be a roster."),
    "bomb": _l("%(name)s unpacks to far more than a roster does. Export the roster again."),
    "password": _l("The zip is protected by a password. Export it without one."),
    "closed": _l("The zip is closed already."),
    "no_users": _l("There is no users.csv inside. A roster needs at least orgs.csv and users.csv."),
}
"""Why a roster as a whole cannot be read."""

WORDINGS = {
    **UNREADABLE,
    "as_written": "%(reason)s",
    "columns_missing": _l("The columns %(columns)s are missing, so the whole file was left out."),
    "came_twice": _l("The sourcedId %(key)s stands in line %(line)s already; that one was taken."),
    "no_key": _l("It has no sourcedId."),
    "too_long": _l("%(field)s is longer than %(most)s characters."),
    "no_role": _l("It has no role, neither here nor in roles.csv."),
    "odd_role": _l("The role “%(role)s” is not known."),
    "role_of_nobody": _l("It names no user or no role."),
    "no_name": _l("It has no name."),
    "no_school": _l("None of its orgSourcedIds is a school of orgs.csv."),
    "school_without_name": _l("The school has no name."),
    "class_without_title": _l("The class has no title."),
    "class_without_school": _l("Its schoolSourcedId is not a school of orgs.csv."),
    "no_class": _l("Its classSourcedId is not in classes.csv."),
    "no_student": _l("Its userSourcedId is not a student of users.csv."),
    "no_staff": _l("Its userSourcedId is not a staff member of users.csv."),
    "staff_without_email": _l("A staff member needs an email to sign in with."),
    "signs_in_elsewhere": _l("%(email)s signs in at another district of this server. The line was left out."),
    "not_an_email": _l("“%(text)s” is not an email address; the person went in without it."),
    "not_a_phone": _l("“%(text)s” in %(field)s is not a phone number; the person went in without it."),
    "further_lines": _l("%(count)s further lines had problems and are not listed."),
    "cut_off": _l("The import was cut off three times. Ask the operator to look at the log."),
}
LONGEST_VALUE = 120


def reason_of(problem: str, details: Mapping[str, str]) -> str:
    """The sentence for a problem."""
    return str(WORDINGS[problem]) % details


def cut(details: Mapping[str, object]) -> dict[str, str]:
    """The values of a problem as they are kept: a file may have whole books in a field."""
    return {name: str(value)[:LONGEST_VALUE] for name, value in details.items()}
