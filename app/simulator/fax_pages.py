"""The page of fax machines: stand at one, send the school what it takes, and see what comes out of it."""

import sqlite3
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer

from app.core.htmx import wants_block
from app.core.phone_numbers import for_people, parse_or_none
from app.simulator import fax_behaviour, fax_machines, fax_paper, fax_samples, fax_views, faxes, phone_views
from app.simulator.fax_meanings import fax_line_meanings, in_words
from app.simulator.fax_paper import NotADocument
from app.simulator.fax_sending import Letter, send
from app.simulator.faxes import Fax
from app.simulator.handset_pages import SHOWN_AT_FIRST, SHOWN_OF_FOUND, VIEWS, number_of, only_from_this_page
from app.simulator.parts import simulator
from app.simulator.wire import is_phone_number

pages = Blueprint("fax_machines", __name__, url_prefix="/fax")
pages.before_request(only_from_this_page)
MOST_BYTES = 50 * 1024 * 1024


@pages.get("/")
def start() -> Answer:
    """Stand at the machine that had the latest fax, or else at the first of the list."""
    with simulator().storage.reading() as connection:
        latest = connection.execute("SELECT machine FROM faxes ORDER BY id DESC LIMIT 1").fetchone()
        known = fax_machines.found(connection, "", 1)
    first = latest["machine"] if latest else (known or [fax_machines.UNKNOWN])[0].number
    return redirect(url_for(".machine", number=first, view=request.args.get("view")))


@pages.get("/people")
def people() -> str:
    """The list of machines, as far as it fits the words in `q`."""
    return render_template("simulator/_machines.html", **_machines(number_of(request.args.get("now", fax_machines.UNKNOWN_NUMBER))))


@pages.post("/machines")
def make() -> Answer | tuple[str, int]:
    """Set up a machine, or name one anew."""
    number = parse_or_none(request.form.get("number", ""))
    name = request.form.get("name", "").strip()
    now = number_of(request.form.get("now", fax_machines.UNKNOWN_NUMBER))
    if number is None or not is_phone_number(number):
        return _page(now, make_error=_("Write the machine’s number with its area code, such as (503) 555-0171.")), 422
    if not name:
        return _page(now, make_error=_("Write whose machine it is.")), 422
    station = request.form.get("station", "").strip() or name
    with simulator().storage.transaction() as connection:
        known = fax_machines.by_number(connection, number)
        fax_machines.keep(connection, replace(known, name=name, station=station[: fax_machines.LONGEST_STATION]))
    return redirect(url_for(".machine", number=number), 303)


@pages.get("/machines/<number>")
def machine(number: str) -> str:
    """A machine: its feeder, its display, its tray."""
    return _page(number_of(number))


@pages.get("/machines/<number>/faxes/<sid>")
def paper(number: str, sid: str) -> str:
    """A fax of the tray, page by page."""
    return _page(number_of(number), fax=_fax(number, sid))


@pages.get("/machines/<number>/faxes/<sid>/<int:page>.png")
def picture(number: str, sid: str, page: int) -> Response:
    """A page to read, or with `small` a small one."""
    fax = _fax(number, sid)
    with simulator().storage.reading() as connection:
        sheet = faxes.sheet(connection, fax, page) if fax.is_inbound or page <= fax.through else None
    if sheet is None:
        raise NotFound
    return Response(
        sheet.thumb if "small" in request.args else sheet.image, mimetype="image/png", headers={"Cache-Control": "private, max-age=3600"}
    )


@pages.get("/machines/<number>/news")
def news(number: str) -> Response:
    """What changed since `version`; 204 if nothing did. The page asks once a second."""
    number = number_of(number)
    with simulator().storage.reading() as connection:
        if fax_views.version(connection, number) == request.args.get("version"):
            return Response(status=204)
    fax = _fax(number, request.args["fax"]) if "fax" in request.args else None
    return make_response(render_template("simulator/_fax_news.html", **_shown(number, fax)))


@pages.post("/machines/<number>/send")
def put_in(number: str) -> Answer | tuple[str, int]:
    """Send the school the files of the form, or a sample."""
    number = number_of(number)
    error = _send(number)
    if wants_block():
        answer = make_response(render_template("simulator/_reply_error.html", error=error))
        if error is None:
            answer.headers["HX-Trigger"] = "faxed"
        return answer
    return redirect(url_for(".machine", number=number), 303) if error is None else (_page(number, error=error), 422)


@pages.errorhandler(RequestEntityTooLarge)
def say_too_much(_error: RequestEntityTooLarge) -> Answer | tuple[str, int]:
    """More lay in the feeder than any carrier takes: said where everything else is said."""
    number = number_of((request.view_args or {}).get("number", fax_machines.UNKNOWN_NUMBER))
    words = _("These files are over 50 MB together, more than a fax takes. Send them in parts.")
    if wants_block():
        return make_response(render_template("simulator/_reply_error.html", error=words))
    return _page(number, error=words, typed={}), 422


def _send(number: str) -> str | None:
    """What is wrong, or None."""
    form = request.form
    school, kind = form.get("school", ""), form.get("kind", fax_paper.PDF)
    if not is_phone_number(school) or kind not in fax_paper.KINDS:
        return str(_("Choose a number of the school."))
    sample = fax_samples.SAMPLES.get(form.get("sample", ""))
    try:
        documents = (
            ((form["sample"], sample()),) if sample else tuple(_file(file) for file in request.files.getlist("documents") if file.filename)
        )
        if not documents:
            return str(_("Put in a PDF, a TIFF or pictures first."))
        send(Letter(number, school, documents, form.get("quality") != "standard", kind, "is_hidden" in form))
    except NotADocument as refusal:
        return str(_("%(name)s cannot be faxed: %(why)s.", name=refusal.name or _("This document"), why=in_words(refusal.failure)))
    return None


def _file(file: FileStorage) -> tuple[str, bytes]:
    name = file.filename or ""
    content = file.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotADocument(fax_behaviour.TOO_LARGE, name)
    return name, content


@pages.post("/machines/<number>/behaviour")
def behave(number: str) -> Answer:
    """Have it follow a line of numbers that go wrong, or work again."""
    number = number_of(number)
    line = request.form.get("behaviour", "")
    if line and line not in fax_behaviour.LINES:
        raise NotFound
    with simulator().storage.transaction() as connection:
        known = fax_machines.by_number(connection, number)
        fax_machines.keep(connection, replace(known, behaviour=line))
    return Response(status=204) if wants_block() else redirect(url_for(".machine", number=number), 303)


@pages.post("/machines/<number>/empty")
def empty(number: str) -> Answer:
    """Take everything out of the tray; the carrier and the school keep theirs."""
    number = number_of(number)
    with simulator().storage.transaction() as connection:
        connection.execute("UPDATE faxes SET is_cleared = 1 WHERE machine = ? AND ended IS NOT NULL", (number,))
    return redirect(url_for(".machine", number=number), 303)


def _fax(number: str, sid: str) -> Fax:
    with simulator().storage.reading() as connection:
        fax = faxes.by_sid(connection, sid)
    if fax is None or fax.machine != number or fax.is_cleared:
        raise NotFound
    return fax


def _page(number: str, **more: Any) -> str:
    fax = more.pop("fax", None)
    if "typed" not in more:
        more["typed"] = request.form
    view = request.args.get("view", "phone")
    with simulator().storage.reading() as connection:
        reachable = _reachable(connection)
    return render_template(
        "simulator/fax.html", view=view if view in VIEWS else "phone", settings=simulator().settings, reachable=reachable,
        here=request.script_root + request.path, line_meanings=fax_line_meanings(), samples=fax_samples.names(),
        **_machines(number) | _shown(number, fax) | {"error": None, "make_error": None} | more,
    )  # fmt: skip


def _shown(number: str, fax: Fax | None) -> dict[str, Any]:
    zone = phone_views.zone_of(number, simulator().settings.zone)
    with simulator().storage.reading() as connection:
        return {
            "machine": fax_machines.by_number(connection, number), "zone": zone, "version": fax_views.version(connection, number),
            "display": fax_views.display(connection, number), "papers": fax_views.papers(connection, number, zone),
            "opened": fax_views.paper(connection, fax, zone) if fax else None, "feed": fax_views.feed(connection, number, zone),
        }  # fmt: skip


def _reachable(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The school's numbers for faxes; where nobody said which they are, all of them."""
    known = phone_views.reachable(connection)
    meant = fax_machines.numbers_for_faxes(connection)
    return [pair for pair in known if pair[0] in meant] or known


def _machines(number: str) -> dict[str, Any]:
    words = request.args.get("q", "").strip()
    dialled = parse_or_none(words)
    most = SHOWN_OF_FOUND if words else SHOWN_AT_FIRST
    with simulator().storage.reading() as connection:
        found = fax_machines.found(connection, words, most + 1)
        in_all = fax_machines.how_many(connection)
        current = fax_machines.by_number(connection, number)
        stranger = fax_machines.by_number(connection, dialled) if dialled else None
    return {
        "machine": current, "people": [one for one in found if one.number != current.number][:most], "q": words, "in_all": in_all,
        "unknown": fax_machines.UNKNOWN, "has_more": len(found) > most, "for_people": for_people,
        "stranger": stranger if stranger and not stranger.is_known and stranger.number != current.number else None,
    }  # fmt: skip
