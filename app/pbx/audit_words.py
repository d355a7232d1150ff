"""How extensions read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("pbx.extension_added", _l("Added the extension %(number)s of %(name)s"), kind="settings")
word("pbx.extension_changed", _l("Changed the extension %(number)s of %(name)s"), kind="settings")
word("pbx.extension_deleted", _l("Deleted the extension %(number)s of %(name)s"), kind="settings")
