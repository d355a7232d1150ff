"""What a thread says of the dialogue about consent."""

from flask_babel import gettext as _

from app.conversations.queries_message_row import MessageRow
from app.conversations.views.timeline_lines import Line, tells

_WORDS = {
    "accepted": lambda name: _("%(name)s said yes to texts", name=name),
    "rejected": lambda name: _("%(name)s said no to texts", name=name),
    "pending": lambda name: _("%(name)s was asked about texts and was told how to answer", name=name),
}


@tells("consent_answered")
def _consent_answered(row: MessageRow) -> Line:
    state = str((row.details or {}).get("state", "pending"))
    return Line(_WORDS.get(state, _WORDS["pending"])(row.author))
