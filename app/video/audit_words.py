"""How the acts of this room read in the audit log, and its lines in threads."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word
from app.calls.durations import length
from app.conversations.queries_message_row import MessageRow
from app.conversations.signed import signed
from app.conversations.views.timeline_lines import Line, tells

word(
    "video_call.created",
    lazy_ngettext(
        "Began the video call “%(title)s”, at most %(minutes)s minute",
        "Began the video call “%(title)s”, at most %(minutes)s minutes",
        by="minutes",
    ),
    kind="messages",
)
word("video_call.invited", _l("Texted %(name)s a link to the video call “%(title)s”"), kind="messages")
word("video_call.participant_added", _l("Gave %(name)s a place in the video call “%(title)s”"), kind="messages")
word("video_call.joined_unasked", _l("Joined the video call “%(title)s” without being asked"), kind="messages")
word("video_call.participant_changed", _l("Changed the place of %(name)s in the video call “%(title)s”"), kind="messages")
word("video_call.admitted", _l("Let %(name)s into the video call “%(title)s”"), kind="messages")
word("video_call.removed", _l("Took %(name)s out of the video call “%(title)s”"), kind="messages")
word("video_call.changed", _l("Changed the video call “%(title)s”"), kind="messages")
word("video_call.noted", _l("Wrote a note about the video call “%(title)s”"), kind="messages")
word("video_call.ended", _l("Ended the video call “%(title)s” for everybody"), kind="messages")


@tells("video_call")
def _video_call(row: MessageRow) -> Line:
    details: dict[str, Any] = row.details or {}
    names, host = ", ".join(details.get("names", [])), signed(str(details.get("host") or row.author), row.details)
    notes = str(details.get("notes") or "")
    after = ""
    if details.get("missed"):
        after += " " + _("Asked, and did not come: %(names)s.", names=", ".join(details["missed"]))
    if details.get("turned_away"):
        after += " " + _("Waited, and was not let in: %(names)s.", names=", ".join(details["turned_away"]))
    if not names:
        said = _("%(name)s began a video call. Nobody joined.", name=host)
        return Line(said + after, "video-off", "missed", quote=notes)
    lasted = length(int(details.get("seconds", 0)))
    if not details.get("host_came"):
        return Line(_("Video call: %(names)s came, %(host)s did not.", names=names, host=host) + after, "video-off", "missed", quote=notes)
    said = _("%(host)s had a video call with %(names)s, %(length)s.", host=host, names=names, length=lasted)
    if details.get("state") == "expired":
        after = " " + _("It ended when its time was up.") + after
    return Line(said + after, "video", "call", quote=notes)
