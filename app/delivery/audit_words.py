"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("delivery.retried", _l("Had a text to %(to)s tried again"), kind="messages")
word("delivery.settled", _l("Took a failed text to %(to)s off the list"), kind="messages")
word("delivery.decided", _l("Decided about a doubtful text to %(to)s: %(decision)s"), kind="messages")
