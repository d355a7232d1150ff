"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("conversation.deleted", _l("Deleted the conversation with %(name)s"), kind="messages", tag=_l("Check"))
word("conversation.restored", _l("Brought back the conversation with %(name)s"), kind="messages")
word("conversation.printed", _l("Printed a conversation"), kind="export", tag=_l("Export"))
word("conversation.exported", _l("Exported a conversation"), kind="export", tag=_l("Export"))
word("message.sent", _l("Texted %(name)s"), kind="messages")
word("pairing.deactivated", _l("Ended the number shared with %(name)s"), kind="messages")
word("pairing.reactivated", _l("Shared a number with %(name)s again"), kind="messages")
word("guardian_link.created", _l("Made a link to the web thread"), kind="messages")
word("guardian_link.revoked", _l("Ended a link to the web thread"), kind="messages")
word("sender.matched", _l("Said that an unknown sender is %(name)s"), kind="messages")
word("sender.ignored", _l("Ignored an unknown sender"), kind="messages")
word("sender.blocked", _l("Blocked an unknown sender"), kind="messages", tag=_l("Check"))
word("sender.reconsidered", _l("Put an unknown sender back on the list"), kind="messages")
word("suggestion.accepted", _l("Did what a family asked in their own words"), kind="people")
word("suggestion.dismissed", _l("Dismissed what a family seemed to ask in their own words"), kind="people", tag=_l("Check"))
