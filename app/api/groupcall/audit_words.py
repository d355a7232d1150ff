"""How the acts of this face read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("groupcall.sent", _l("%(name)s sent a batch to %(count)s recipients"), kind="messages")
