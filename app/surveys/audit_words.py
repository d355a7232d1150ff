"""How the acts of this room read in the audit log, and its lines in threads."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word
from app.conversations.queries_message_row import MessageRow
from app.conversations.views.timeline_lines import Line, tells
from app.surveys.service import Taken

word("survey.closed", _l("Closed the question of the announcement “%(title)s”"), kind="messages")
word("survey.kept_open", _l("Changed when the question of the announcement “%(title)s” closes"), kind="messages")
word("survey.exported", _l("Downloaded the answers to the announcement “%(title)s”"), kind="messages")


@tells("survey_answered")
def _survey_answered(row: MessageRow) -> Line:
    details = row.details or {}
    given = {"name": row.author, "choice": details.get("choice", ""), "question": details.get("question", "")}
    taken = details.get("taken")
    if taken == Taken.CLOSED:
        return Line(_("%(name)s answered “%(choice)s” to “%(question)s”, but it was closed.", **given), "clock")
    if taken == Taken.FIXED:
        return Line(_("%(name)s answered “%(choice)s” to “%(question)s”, but the first answer counts.", **given), "alert-circle")
    if taken == Taken.CHANGED:
        return Line(_("%(name)s changed the answer to “%(question)s”: %(choice)s", **given), "circle-check")
    return Line(_("%(name)s answered “%(question)s”: %(choice)s", **given), "circle-check")
