"""How the acts of this face read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word(
    "conversation.messages_hidden",
    _l("Took %(count)s messages with %(name)s out of what another system lists"),
    kind="people",
    tag=_l("Check"),
)
word("phone_number.owners_set", _l("Gave the number %(number)s to %(count)s people"), kind="settings")
word("bearer.hook_set", _l("Said where news goes to %(name)s"), kind="settings", tag=_l("Check"))
word("bearer.subscribed", _l("Had %(kind)s told to %(name)s"), kind="settings")
word("bearer.unsubscribed", _l("Had %(kind)s told to %(name)s no more"), kind="settings")
