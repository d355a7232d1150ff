"""How connected calendars read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("calendar.address_renewed", _l("Changed the address of their own calendar"), kind="settings")
word("calendar.connected", _l("Connected the %(provider)s calendar of %(account)s"), kind="settings")
word("calendar.disconnected", _l("Disconnected the %(provider)s calendar of %(account)s"), kind="settings")
