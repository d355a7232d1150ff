"""How the acts of this room read in the audit log, and its lines in threads."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.audit_words import word
from app.conversations.queries_message_row import MessageRow
from app.conversations.signed import signed
from app.conversations.views.timeline_lines import Line, tells

word("call.started", _l("Started a conference call with %(title)s, %(people)s invited"), kind="messages")
word("call.emergency_started", _l("Started an emergency conference call with %(title)s, %(people)s invited"), kind="messages")
word("call.added", _l("Brought %(name)s into the call with %(title)s"), kind="messages")
word("call.emergency_added", _l("Brought %(name)s into the emergency call with %(title)s"), kind="messages")
word("call.emergency_rung", _l("Had %(name)s called again in the emergency call with %(title)s"), kind="messages")
word("call.removed", _l("Took %(name)s out of the call with %(title)s"), kind="messages")
word("call.placed", _l("Called %(name)s"), kind="messages")
word("call.emergency_placed", _l("Called %(name)s in an emergency"), kind="messages")
word("call.taken", _l("Took the call of %(name)s from the office’s line"), kind="messages")
word("call.announced", _l("Had a voice say something in the call with %(title)s"), kind="messages")
word("call.recording_asked", _l("Began to record the call with %(title)s"), kind="messages")
word("call.recording_stopped", _l("Stopped recording the call with %(title)s"), kind="messages")
word("calls.rules_changed", _l("Changed what calls may do; countries: %(countries)s"), kind="settings")
word("recording.opened", _l("Opened the recording of the call with %(title)s"), kind="messages")
word("recording.read", _l("Downloaded what was said in the call with %(title)s"), kind="messages")
word("call.ended", _l("Ended the call with %(title)s for everybody"), kind="messages")

word("number_line.saved", _l("Changed what calls to %(number)s do"), kind="settings", tag=_l("Check"))
word("number_line.signed_on", _l("Signed on to a line of the office"), kind="messages")
word("recording_rules.changed", _l("Changed which calls may be recorded; states set apart: %(states)s"), kind="settings")


@tells("conference")
def _conference(row: MessageRow) -> Line:
    details, who = row.details or {}, signed(row.author, row.details)
    names = ", ".join(details.get("names", []))
    notes = str(details.get("notes") or "")
    whole = f"/calls/{details['call_id']}" if details.get("call_id") else ""
    missed = " " + _("Not reached: %(names)s.", names=", ".join(details["missed"])) if details.get("missed") else ""
    if details.get("rang_nobody"):
        said = _("%(name)s began a conference call. Nobody of the family was called.", name=who)
        return Line(said, "phone-x", quote=notes, own_href=whole)
    if not details.get("happened"):
        return Line(_("%(name)s tried a conference call. Nobody joined.", name=who) + missed, "phone-x", quote=notes, own_href=whole)
    minutes = max(1, round(int(details.get("seconds", 0)) / 60))
    length = ngettext("%(num)s minute", "%(num)s minutes", minutes)
    said = _("%(name)s had a conference call with %(names)s, %(length)s.", name=who, names=names, length=length)
    return Line(said + missed, "phone", quote=notes, own_href=whole)
