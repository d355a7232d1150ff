"""How the acts of this face read in the audit log."""

from app.accounts.audit_words import lazy_ngettext, word

word(
    "groupcall.sent",
    lazy_ngettext("%(name)s sent a batch to %(count)s recipient", "%(name)s sent a batch to %(count)s recipients", by="count"),
    kind="messages",
)
