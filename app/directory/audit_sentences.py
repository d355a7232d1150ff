"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word

word("guardian.changed", _l("Changed what is known of %(name)s"), kind="people")
word("guardian.added", _l("Added %(name)s"), kind="people")
word("guardian.retired", _l("Took %(name)s off the record"), kind="people", tag=_l("Check"))
word(
    "guardian.erased", _l("Erased an adult who had left the roster, with all that was written and said"), kind="people", tag=_l("Sensitive")
)
word("guardian.restored", _l("Put %(name)s back on the record"), kind="people")
word("student.changed", _l("Changed what is known of %(name)s"), kind="people")
word("contact_point.saved", _l("Changed a number or email of %(name)s"), kind="people")
word("contact_point.retired", _l("Took a number out of use"), kind="people")
word("contact_point.restored", _l("Took a number back into use"), kind="people")
word("contact_point.looked_up", _l("Asked the carrier about a number of %(name)s"), kind="people")
word("guardianship.changed", _l("Changed what an adult is to a student"), kind="people")
word("guardianship.added", _l("Tied %(name)s to a student"), kind="people")
word("guardianship.ended", _l("Untied %(name)s from a student"), kind="people", tag=_l("Check"))
word("consent.recorded", _l("Wrote a wish of %(name)s into the consent ledger"), kind="people")
word("consent.exported", _l("Exported the consent ledger"), kind="export", tag=_l("Check"))
word("phone_number.saved", _l("Saved the number %(number)s"), kind="settings")
word("phone_number.retired", _l("Took the number %(number)s out of use"), kind="settings", tag=_l("Check"))
word("phone_number.restored", _l("Took the number %(number)s back into use"), kind="settings")
word(
    "phone_numbers.imported",
    lazy_ngettext("Fetched %(count)s number from the carrier", "Fetched %(count)s numbers from the carrier", by="count"),
    kind="settings",
)
word("messaging_service.saved", _l("Saved the pool %(name)s"), kind="settings")
word("texting.changed", _l("Changed quiet hours or the settings of texts"), kind="settings", tag=_l("Check"))
word("district.created", _l("Made the district %(name)s"), kind="settings")
word("district.renamed", _l("Called the district %(name)s"), kind="settings", tag=_l("Check"))
word("school.added", _l("Added the school %(name)s"), kind="settings")
word("school.retired", _l("Took the school %(name)s out of use"), kind="settings", tag=_l("Check"))
word("school.saved", _l("Changed hours or data of %(name)s"), kind="settings")
word("school.closed_on", _l("Closed %(name)s on %(day)s"), kind="settings")
word("school.closed_from", _l("Closed %(name)s from %(day)s to %(until)s"), kind="settings")
word("school.opened_on", _l("Took back the closed days of %(name)s from %(day)s on"), kind="settings")
word("group.saved", _l("Saved the group %(name)s"), kind="people")
word("group.deleted", _l("Deleted the group %(name)s"), kind="people")
word("roster.tried", _l("Tried the roster %(name)s"), kind="settings")
word("roster.imported", _l("Imported the roster %(name)s"), kind="settings", tag=_l("Sensitive"))
