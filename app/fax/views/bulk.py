"""The same with several faxes at once. Giving and filing ask to whom on a page of their own, which needs no script."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.forms import ROLE_NAMES
from app.accounts.permissions import Permission, requires
from app.conversations.views.answers import WayBack, done, safe_back
from app.core.errors import NotVisible
from app.core.ids import row_number_or_none, row_numbers
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.directory.words import grade_short
from app.fax import queries_people
from app.fax.queries_students import find_students
from app.fax.service import bulk
from app.fax.service.bulk import Outcome
from app.fax.views.blueprint import pages

LONGEST_WORDS = 80
ASK_FURTHER = frozenset({"assign", "file"})


@pages.post("/bulk")
@requires(Permission.WORK_FAXES)
def several() -> ResponseReturnValue:
    """What a button above the list asks for, with all that are chosen."""
    act, ids = request.form.get("act", ""), _chosen()
    back = safe_back(request.form.get("back", "/fax"))
    if not ids:
        return done(_("Nothing was chosen. Choose at least one fax."), back, ids=[])
    if act in ASK_FURTHER and not request.form.get("to"):
        return _ask(act, ids, back)
    if act == "assign":
        whom = row_number_or_none(request.form["to"])
        return _told(bulk.assign_all(asker(), ids, whom), _("Assigned: %(faxes)s."), back)
    if act == "file" and request.form["to"] != "none":
        student = row_number_or_none(request.form["to"])
        if student is None:
            raise NotVisible
        return _told(bulk.file_all(asker(), ids, student), _("Filed: %(faxes)s."), back, "unfile")
    act = "away" if act == "file" else act
    if act not in bulk.ACTS:
        raise NotVisible
    return _told(bulk.act_on_all(asker(), ids, act), _said(act), back, bulk.BACK.get(act, ""))


@pages.get("/bulk/students")
@requires(Permission.WORK_FAXES)
def students_for_several() -> Response:
    """To whom the chosen ones can be filed, by name."""
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    found = find_students(asker(), words)
    return make_response(render_template("fax/_students.html", students=found, words=words, field="to", grade_short=grade_short))


def _ask(act: str, ids: list[int], back: str) -> Response:
    words = request.form.get("q", "").strip()[:LONGEST_WORDS]
    html = render_template(
        "fax/bulk.html", act=act, ids=ids, back=back, words=words, number=ngettext("%(num)s fax", "%(num)s faxes", len(ids)),
        colleagues=queries_people.colleagues_of(asker(), None, words) if act == "assign" else [], role_names=ROLE_NAMES,
        students=find_students(asker(), words) if act == "file" else [], grade_short=grade_short,
    )  # fmt: skip
    return make_response(html, HTTPStatus.OK)


def _told(outcome: Outcome, words: str, back: str, opposite: str = "") -> ResponseReturnValue:
    """How many were done, and why others were not."""
    ids = outcome.done
    said = words % {"faxes": ngettext("%(num)s fax", "%(num)s faxes", len(ids))} if ids else _("Nothing was changed.")
    way = WayBack("/fax/bulk", {"act": opposite, "ids": ",".join(map(str, ids))}) if opposite and ids else None
    return done(" ".join([said, *outcome.refused]), back, way_back=way, ids=ids)


def _said(act: str) -> str:
    return {
        "read": _("Marked as read: %(faxes)s."), "unread": _("Marked as new: %(faxes)s."), "away": _("Filed: %(faxes)s."),
        "unfile": _("No longer filed: %(faxes)s."), "hide": _("Hidden: %(faxes)s."), "show": _("Shown again: %(faxes)s."),
        "delete": _("Deleted: %(faxes)s."), "restore": _("Back again: %(faxes)s."),
    }[act]  # fmt: skip


def _chosen() -> list[int]:
    """Each box of the list, or all in one field, as a way back sends them."""
    return row_numbers(one for field in request.form.getlist("ids") for one in field.split(","))[: bulk.MOST]
