"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word

word("webhook.added", _l("Added the webhook endpoint %(url)s"), kind="settings", tag=_l("Sensitive"))
word("webhook.changed", _l("Changed what the webhook endpoint %(url)s hears of"), kind="settings")
word("webhook.paused", _l("Paused the webhook endpoint %(url)s"), kind="settings")
word("webhook.resumed", _l("Resumed the webhook endpoint %(url)s"), kind="settings")
word("webhook.deleted", _l("Deleted the webhook endpoint %(url)s"), kind="settings")
word("webhook.allowed", _l("Allowed the deleted callback address %(url)s again"), kind="settings", tag=_l("Sensitive"))
word("webhook.rotated", _l("Made a new signing secret for %(url)s"), kind="settings", tag=_l("Sensitive"))
word("webhook.callbacks_rotated", _l("Made a new signing secret for the callbacks to %(name)s"), kind="settings", tag=_l("Sensitive"))
word("webhook.tested", _l("Sent a test event to %(url)s"), kind="settings")
word("webhook.hurried", _l("Had waiting events tried at once at %(url)s"), kind="settings")
word(
    "webhook.sent_again",
    lazy_ngettext("Sent %(many)s dead letter to %(url)s again", "Sent %(many)s dead letters to %(url)s again", by="many"),
    kind="settings",
)
word("webhook.read", _l("Read an event for %(url)s"), kind="records")
