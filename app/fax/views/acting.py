"""What is done with one fax."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.forms import ROLE_NAMES
from app.accounts.permissions import Permission, requires
from app.conversations.views.answers import WayBack, done
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import row_number, row_number_or_none, row_numbers
from app.core.presentation import gettext as _
from app.directory.words import grade_short
from app.fax import queries, queries_people
from app.fax.models import Fax, Turn
from app.fax.queries_list import Box
from app.fax.queries_pages import pages_of
from app.fax.queries_students import find_students
from app.fax.service import filing, looking, putting_aside, reading, triage
from app.fax.views.asked import asked, tail
from app.fax.views.blueprint import pages
from app.fax.views.paper import pages_shown
from app.fax.views.showing import one
from app.fax.views.shown import name_of

LONGEST_WORDS = 80
Answer = Callable[[int], ResponseReturnValue]


@pages.post("/<int:fax_id>")
@requires(Permission.READ_FAXES)
def act(fax_id: int) -> ResponseReturnValue:
    """What a button asks for. A refusal is told on the page of the fax; scripts show it themselves."""
    wanted = request.form.get("act", "")
    if wanted != "restore":
        queries.fax_visible_to(asker(), fax_id)
    if wanted not in ACTS:
        raise NotVisible
    try:
        return ACTS[wanted](fax_id)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        if wants_json():
            raise
        return one(fax_id, status=refusal.status, refused=refusal)


@pages.post("/<int:fax_id>/read")
@requires(Permission.READ_FAXES)
def read(fax_id: int) -> ResponseReturnValue:
    """It was in sight for a second."""
    reading.mark_read(asker(), fax_id)
    return "", HTTPStatus.NO_CONTENT


@pages.post("/<int:fax_id>/pages/<int:page_id>/turn")
@requires(Permission.READ_FAXES)
def turn(fax_id: int, page_id: int) -> ResponseReturnValue:
    """Which way up a page is."""
    wanted = row_number_or_none(request.form.get("turn"))
    if wanted not in set(Turn):
        raise NotVisible
    page = reading.turn_page(asker(), fax_id, page_id, Turn(wanted))
    return done("", f"/fax/{fax_id}#p{page.number}", turn=page.turn)


@pages.get("/<int:fax_id>/print")
@requires(Permission.READ_FAXES)
def printing(fax_id: int) -> str:
    """Its pages in full, one to a sheet."""
    fax = queries.fax_visible_to(asker(), fax_id)
    looking.note_printed(asker(), fax)
    title = _("Fax from %(name)s", name=name_of(fax)) if fax.is_inbound else _("Fax to %(name)s", name=name_of(fax))
    return render_template("fax/print.html", fax=fax, title=title, pages=pages_shown(fax, asker(), pages_of(fax)))


@pages.get("/<int:fax_id>/colleagues")
@requires(Permission.READ_FAXES)
def colleagues(fax_id: int) -> Response:
    """Who can take care of it, by name."""
    fax = queries.fax_visible_to(asker(), fax_id)
    words = _words()
    found = queries_people.colleagues_of(asker(), fax, words)
    most = queries_people.MOST_COLLEAGUES
    return make_response(render_template("fax/_colleagues.html", fax=fax, colleagues=found, words=words, most=most, role_names=ROLE_NAMES))


@pages.get("/<int:fax_id>/students")
@requires(Permission.WORK_FAXES)
def students(fax_id: int) -> Response:
    """To whom it can be filed, by name."""
    fax = queries.fax_visible_to(asker(), fax_id)
    words = _words()
    found = find_students(asker(), words)
    return make_response(render_template("fax/_students.html", fax=fax, students=found, words=words, grade_short=grade_short))


def _words() -> str:
    return request.args.get("q", "").strip()[:LONGEST_WORDS]


def _here(fax_id: int) -> str:
    return f"/fax/{fax_id}{tail()}"


def _back(fax_id: int, act: str, **fields: str) -> WayBack:
    return WayBack(f"/fax/{fax_id}", {"act": act, **fields})


def _seen(name: str = "seen") -> int | bool | None:
    """Whose number stood there when the form was shown; False where the form does not say."""
    return row_number_or_none(request.form[name]) if name in request.form else False


def _assign(fax_id: int) -> ResponseReturnValue:
    whom = row_number_or_none(request.form.get("staff"))
    before = queries.fax_visible_to(asker(), fax_id).assignee_id
    fax = triage.assign(asker(), fax_id, whom, words=request.form.get("words", ""), seen=_seen())
    people = queries_people.names_of({fax.assignee_id})
    said = _("%(name)s takes care of it.", name=people[fax.assignee_id]) if fax.assignee_id else _("Nobody in particular takes care of it.")
    sees = queries.sees(asker(), fax)
    back = _back(fax_id, "assign", staff=str(before or "")) if sees else None
    return done(said, _here(fax_id) if sees else "/fax", way_back=back, id=fax_id, leaves=not sees)


def _note(fax_id: int) -> ResponseReturnValue:
    triage.note(asker(), fax_id, request.form.get("note", ""), seen=request.form.get("seen"))
    return done(_("Note saved."), _here(fax_id), id=fax_id)


def _rename(fax_id: int) -> ResponseReturnValue:
    form = request.form
    seen = (form["seen"], form.get("seen_subject", "")) if "seen" in form else None
    before = queries.fax_visible_to(asker(), fax_id)
    old = {"name": before.name, "subject": before.subject}
    triage.rename(asker(), fax_id, form.get("name", ""), form.get("subject", ""), seen=seen, is_for_all="for_all" in form)
    back = None if "for_all" in form else _back(fax_id, "rename", **old)
    return done(_("Renamed."), _here(fax_id), way_back=back, id=fax_id)


def _file(fax_id: int) -> ResponseReturnValue:
    student = request.form.get("student", "", type=str)
    if student == "none":
        filing.file_away(asker(), fax_id)
        said = _("Filed, to no student.")
    else:
        fax = filing.file_to(asker(), fax_id, _number(student), seen=_seen())
        said = _("Filed. It stands in the family’s timeline.") if fax.student_id else _("Filed.")
    return done(said, _here(fax_id), way_back=_back(fax_id, "unfile"), id=fax_id)


def _number(text: str) -> int:
    try:
        return row_number(text)
    except ValueError as error:
        raise NotVisible from error


def _simple(run: Callable[..., Fax], said: Callable[[], str], back: str = "", *, leaves: bool = False) -> Answer:
    def answer(fax_id: int) -> ResponseReturnValue:
        run(asker(), fax_id)
        way = _back(fax_id, back) if back else None
        return done(said(), "/fax" if leaves else _here(fax_id), way_back=way, id=fax_id, leaves=leaves)

    return answer


def _restore(fax_id: int) -> ResponseReturnValue:
    """By the way back of a moment ago, or out of the list of what is deleted, which it leaves."""
    putting_aside.restore(asker(), fax_id)
    return done(_("It is back."), f"/fax/{fax_id}", id=fax_id, leaves=asked().box is Box.DELETED)


def _restrict(*, is_restricted: bool) -> Answer:
    def answer(fax_id: int) -> ResponseReturnValue:
        triage.restrict(asker(), fax_id, is_restricted=is_restricted)
        said = _("Only the office and whom it is assigned to see it.") if is_restricted else _("All who read the school’s faxes see it.")
        return done(said, _here(fax_id), way_back=_back(fax_id, "open" if is_restricted else "restrict"), id=fax_id)

    return answer


def _junk(fax_id: int) -> ResponseReturnValue:
    hidden = putting_aside.junk(asker(), fax_id)
    back = _back(fax_id, "not-junk", ids=",".join(map(str, hidden)))
    return done(_("Hidden, and so is what this number sends from now on."), "/fax", way_back=back, id=fax_id, leaves=True, ids=hidden)


def _not_junk(fax_id: int) -> ResponseReturnValue:
    also = row_numbers(request.form.get("ids", "").split(","))
    putting_aside.not_junk(asker(), fax_id, also=also)
    return done(_("It is not junk. Faxes from this number are shown again."), _here(fax_id), id=fax_id, ids=[fax_id, *also])


ACTS: dict[str, Answer] = {
    "assign": _assign,
    "note": _note,
    "rename": _rename,
    "file": _file,
    "unfile": _simple(filing.unfile, lambda: _("It is filed to nobody.")),
    "unread": _simple(reading.mark_new, lambda: _("Marked as new.")),
    "restrict": _restrict(is_restricted=True),
    "open": _restrict(is_restricted=False),
    "hide": _simple(putting_aside.hide, lambda: _("Hidden."), "show", leaves=True),
    "show": _simple(putting_aside.show, lambda: _("Shown again."), "hide"),
    "junk": _junk,
    "not-junk": _not_junk,
    "delete": _simple(putting_aside.delete, lambda: _("Deleted."), "restore", leaves=True),
    "restore": _restore,
}
