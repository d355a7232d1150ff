"""How the acts of this face read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word

word(
    "conversation.messages_hidden",
    lazy_ngettext(
        "Took %(count)s message with %(name)s out of what another system lists",
        "Took %(count)s messages with %(name)s out of what another system lists",
        by="count",
    ),
    kind="people",
    tag=_l("Check"),
)
word(
    "phone_number.owners_set",
    lazy_ngettext("Gave the number %(number)s to %(count)s person", "Gave the number %(number)s to %(count)s people", by="count"),
    kind="settings",
)
word("bearer.hook_set", _l("Said where news goes to %(name)s"), kind="settings", tag=_l("Check"))
word("bearer.subscribed", _l("Had %(kind)s told to %(name)s"), kind="settings")
word("bearer.unsubscribed", _l("Had %(kind)s told to %(name)s no more"), kind="settings")
