"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("fax.opened", _l("Opened the fax of %(name)s"), kind="records")
word("fax.printed", _l("Printed the fax of %(name)s"), kind="records")
word("fax.downloaded", _l("Downloaded the fax of %(name)s (%(kind)s)"), kind="records")
word("fax.turned", _l("Turned page %(page)s of the fax of %(name)s"), kind="messages")
