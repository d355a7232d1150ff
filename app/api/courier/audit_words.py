"""How the acts of this surface read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("consent.asked", _l("Asked %(name)s whether texts are welcome"), kind="people")
word("phone_number.given", _l("Gave %(name)s the number %(number)s"), kind="settings")
word("phone_number.log_emptied", _l("Emptied the log of the number %(number)s"), kind="settings", tag=_l("Check"))
