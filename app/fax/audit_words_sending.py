"""How sending faxes reads in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("fax.sent", _l("Sent a fax of %(pages)s pages to %(to)s"), kind="messages")
word("fax.scheduled", _l("Planned a fax of %(pages)s pages to %(to)s"), kind="messages")
word("fax.recalled", _l("Took back the fax to %(to)s before it left"), kind="messages")
word("fax.stopped", _l("Stopped the fax to %(to)s while it was on the line"), kind="messages")
word("fax.reopened", _l("Opened the failed fax to %(to)s to try again"), kind="messages")
word("fax.sent_on", _l("Began to send the fax of %(fax)s on by fax"), kind="messages")
word("fax.draft_discarded", _l("Threw away the draft of a fax to %(to)s"), kind="messages")
