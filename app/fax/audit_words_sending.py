"""How sending faxes reads in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word

word(
    "fax.sent",
    lazy_ngettext("Sent a fax of %(pages)s page to %(to)s", "Sent a fax of %(pages)s pages to %(to)s", by="pages"),
    kind="messages",
)
word(
    "fax.scheduled",
    lazy_ngettext("Planned a fax of %(pages)s page to %(to)s", "Planned a fax of %(pages)s pages to %(to)s", by="pages"),
    kind="messages",
)
word("fax.recalled", _l("Took back the fax to %(to)s before it left"), kind="messages")
word("fax.stopped", _l("Stopped the fax to %(to)s while it was on the line"), kind="messages")
word("fax.reopened", _l("Opened the failed fax to %(to)s to try again"), kind="messages")
word("fax.sent_on", _l("Began to send the fax of %(fax)s on by fax"), kind="messages")
word("fax.draft_discarded", _l("Threw away the draft of a fax to %(to)s"), kind="messages")
