"""How the acts of this room read in the audit log, and its lines in threads."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word
from app.calls.durations import clock
from app.conversations.queries_message_row import MessageRow
from app.conversations.views.timeline_lines import Line, tells

word("voicemail.assigned", _l("Gave the voicemail of %(caller)s to %(name)s"), kind="messages")
word("voicemail.to_office", _l("Gave the voicemail of %(caller)s to the main office"), kind="messages")
word("voicemail.matched", _l("Said of the voicemails of %(caller)s that they are from %(name)s"), kind="people")
word("greeting.changed", _l("Changed the voicemail greeting in %(language)s %(school)s"), kind="settings")
word("greeting.dropped", _l("Removed the voicemail greeting in %(language)s %(school)s"), kind="settings")


@tells("voicemail")
def _voicemail(row: MessageRow) -> Line:
    details = row.details or {}
    href = f"/voicemail/{details.get('voicemail_id')}"
    if details.get("is_broken"):
        return Line(_("%(name)s left a voicemail. There is nothing to hear.", name=row.author), "record-mail", "failed", href=href)
    length = clock(details.get("seconds"))
    said = (
        _("%(name)s left a voicemail, %(length)s.", name=row.author, length=length)
        if length
        else _("%(name)s left a voicemail.", name=row.author)
    )
    return Line(said, "record-mail", quote=str(details.get("quote") or ""), href=href)
