"""The page of handsets: be a guardian, read what the school sent, answer, and see what the school learns of it."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as Answer

from app.core.htmx import wants_block
from app.core.phone_numbers import for_people, parse_or_none
from app.simulator import handsets, inbound, media, messages, numbers, phone_views
from app.simulator.handsets import Handset
from app.simulator.inbound import Upload
from app.simulator.line_meanings import line_meanings
from app.simulator.parts import Simulator, simulator
from app.simulator.quick_texts import quick_text, thanks
from app.simulator.wire import is_phone_number, is_sender

pages = Blueprint("handsets", __name__)
SHOWN_AT_FIRST, SHOWN_OF_FOUND = 6, 30
VIEWS = ("who", "phone", "school")


@pages.before_request
def only_from_this_page() -> None:
    """Refuse forms that another site sends here."""
    if request.method == "GET":
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = site not in {"same-origin", "none"} if site else bool(origin) and origin != request.host_url.rstrip("/")
    if is_foreign:
        raise Forbidden


@pages.get("/")
def start() -> Answer:
    """Pick up the phone that had the latest text, or else the first of the list."""
    with simulator().storage.reading() as connection:
        latest = connection.execute("SELECT handset FROM messages ORDER BY id DESC LIMIT 1").fetchone()
        known = handsets.found(connection, "", 1)
    first = latest["handset"] if latest else (known or [handsets.UNKNOWN])[0].number
    return redirect(url_for(".phone", number=first, view=request.args.get("view")))


@pages.get("/people")
def people() -> str:
    """The list of phones, as far as it fits the words in `q`."""
    return render_template("simulator/_people.html", **_people(number_of(request.args.get("now", handsets.UNKNOWN_NUMBER))))


@pages.get("/phones/<number>")
def phone(number: str) -> Answer | str:
    """A handset with its latest thread, or its list where there is none."""
    number = number_of(number)
    with simulator().storage.reading() as connection:
        known = phone_views.correspondents(connection, number, "UTC")
    if known:
        return redirect(url_for(".thread", number=number, school=known[0].number, view=request.args.get("view")))
    return _all_threads(number)


@pages.get("/phones/<number>/all")
def all_threads(number: str) -> str:
    """A handset's list of threads."""
    return _all_threads(number_of(number))


def _all_threads(number: str) -> str:
    parts = simulator()
    with parts.storage.reading() as connection:
        handset = handsets.by_number(connection, number)
        shown = {
            "correspondents": phone_views.correspondents(connection, number, zone_of(handset)),
            "reachable": phone_views.reachable(connection),
            "version": phone_views.latest_line(connection),
        }
    return page_of(handset, "simulator/list.html", school=None, feed=[], **shown)


@pages.get("/phones/<number>/threads")
def threads(number: str) -> Response:
    """The list again, if anything happened since `version`; 204 if not."""
    parts = simulator()
    with parts.storage.reading() as connection:
        version = phone_views.latest_line(connection)
        if str(version) == request.args.get("version"):
            return Response(status=204)
        handset = handsets.by_number(connection, number_of(number))
        found = phone_views.correspondents(connection, handset.number, zone_of(handset))
    return make_response(render_template("simulator/_threads.html", handset=handset, correspondents=found, version=version))


@pages.post("/phones/<number>/new")
def new_thread(number: str) -> Answer:
    """Open the thread with a number of the school."""
    school = request.form.get("school", "")
    if not is_sender(school):
        raise NotFound
    return redirect(url_for(".thread", number=number_of(number), school=school), 303)


@pages.get("/phones/<number>/with/<school>")
def thread(number: str, school: str) -> str:
    """A thread on a handset, and what the school sees of it."""
    return _thread(number_of(number), school)


def _thread(number: str, school: str, *, error: str | None = None, draft: str = "") -> str:
    if not is_sender(school):
        raise NotFound
    parts = simulator()
    with parts.storage.reading() as connection:
        handset = handsets.by_number(connection, number)
        zone = zone_of(handset)
        lines = phone_views.feed(connection, number, school, zone)
        shown = {
            "school_name": phone_views.name_of(connection, school),
            "after": phone_views.latest_line(connection),
            "bubbles": phone_views.bubbles(connection, number, school, zone),
            "feed": lines,
            "is_stopped": _is_stopped(connection, number, school),
        }
    return page_of(
        handset, "simulator/thread.html", school=school, thanks=thanks(handset.language), error=error, draft=draft,
        told=phone_views.newest(lines, 0), thread_url=_thread_url(number, school), **shown,
    )  # fmt: skip


@pages.get("/phones/<number>/with/<school>/news")
def news(number: str, school: str) -> Response:
    """What is new since the lines `after` and `told`; 204 if nothing is. The page asks once a second."""
    after, told = whole("after"), whole("told")
    with simulator().storage.reading() as connection:
        latest = phone_views.latest_line(connection)
        if latest < after:
            return Response(status=204, headers={"HX-Refresh": "true"})
        handset = handsets.by_number(connection, number_of(number))
        zone = zone_of(handset)
        arrived = phone_views.bubbles(connection, handset.number, school, zone, after=after)
        lines = phone_views.feed(connection, handset.number, school, zone, after=told)
        is_stopped = _is_stopped(connection, handset.number, school)
    if not arrived and not lines:
        return Response(status=204)
    return make_response(
        render_template(
            "simulator/_news.html", handset=handset, school=school, bubbles=arrived, feed=lines, after=latest,
            told=phone_views.newest(lines, told), is_stopped=is_stopped,
            has_keyword=any(bubble.message.opt_out_type for bubble in arrived),
        )
    )  # fmt: skip


@pages.post("/phones/<number>/with/<school>")
def text(number: str, school: str) -> Answer | tuple[str, int]:
    """The handset texts the school: the words and files of the form, or a quick text."""
    number = number_of(number)
    parts = simulator()
    body, uploads, error = _what_to_send(parts, number)
    if error is None:
        inbound.send(parts.network, number, school, body, uploads)
        parts.post_office.wake()
    if wants_block():
        answer = make_response(render_template("simulator/_reply_error.html", error=error))
        if error is None:
            answer.headers["HX-Trigger"] = "texted"
        return answer
    if error is not None:
        return _thread(number, school, error=error, draft=body), 422
    return redirect(url_for(".thread", number=number, school=school), 303)


def _what_to_send(parts: Simulator, number: str) -> tuple[str, tuple[Upload, ...], str | None]:
    if "quick" in request.form:
        with parts.storage.reading() as connection:
            language = handsets.by_number(connection, number).language
        quick = quick_text(request.form["quick"], language)
        return ("", (), _("There is no such quick text.")) if quick is None else (*quick, None)
    body = request.form.get("body", "").strip()
    try:
        uploads = tuple(_upload(file) for file in request.files.getlist("photo") if file.filename)
    except ValueError as error:
        return body, (), str(error)
    if not body and not uploads:
        return body, (), _("Write a text or choose a photo first.")
    if len(uploads) > media.MOST_FILES:
        return body, (), _("A text carries at most 10 files.")
    return body, uploads, None


def _upload(file: FileStorage) -> Upload:
    content = file.stream.read(media.MOST_BYTES + 1)
    if len(content) > media.MOST_BYTES:
        raise ValueError(_("%(name)s is over 5 MB, more than a phone can send.", name=file.filename))
    content_type = media.type_of(content)
    if content_type is None:
        raise ValueError(_("%(name)s is not a photo, video, PDF or contact card. A phone cannot send it.", name=file.filename))
    return Upload(content, content_type)


@pages.get("/files/<sid>")
def file(sid: str) -> Response:
    """A picture or file of a text."""
    with simulator().storage.reading() as connection:
        medium = media.by_sid(connection, sid)
    if medium is None or medium.content is None:
        raise NotFound
    answer = Response(medium.content, mimetype=medium.content_type, headers={"Cache-Control": "private, max-age=3600"})
    if not medium.is_picture:
        answer.headers["Content-Disposition"] = "attachment"
    return answer


@pages.post("/phones/<number>/switches")
def switches(number: str) -> Answer:
    """Make it go wrong, or right again: the form holds the switches that are on."""
    number = number_of(number)
    with simulator().storage.transaction() as connection:
        for switch in handsets.SWITCHES:
            handsets.turn(connection, number, switch, on=switch in request.form)
    return Response(status=204) if wants_block() else redirect(_back(number), 303)


@pages.post("/phones/<number>/start-over")
def start_over(number: str) -> Answer:
    """Empty the phone: its texts, what it told senders, its switches."""
    number = number_of(number)
    with simulator().storage.transaction() as connection:
        rows = connection.execute("SELECT id FROM messages WHERE handset = ?", (number,)).fetchall()
        messages.delete(connection, [row["id"] for row in rows])
        handsets.start_over(connection, number)
    return redirect(_back(number), 303)


def _is_stopped(connection: sqlite3.Connection, number: str, school: str) -> bool:
    known = numbers.by_number(connection, school)
    return handsets.has_opted_out(connection, number, known.scope if known else school)


def _back(number: str) -> str:
    school = request.form.get("school", "")
    return url_for(".thread", number=number, school=school) if is_sender(school) else url_for(".all_threads", number=number)


def number_of(given: str) -> str:
    """A phone number out of an address, or 404."""
    if not is_phone_number(given):
        raise NotFound
    return given


def whole(name: str) -> int:
    """A whole number out of the query, or 404."""
    given = request.args.get(name, "")
    if not given.isdigit():
        raise NotFound
    return int(given)


def zone_of(handset: Handset) -> str:
    """The time on a phone."""
    return phone_views.zone_of(handset.number, simulator().settings.zone)


def _thread_url(number: str, school: str) -> str:
    pattern = simulator().settings.thread_url
    return pattern.format(school=school.replace("+", "%2B"), handset=number.replace("+", "%2B")) if pattern else ""


def _people(number: str) -> dict[str, Any]:
    words = request.args.get("q", "").strip()
    dialled = parse_or_none(words)
    most = SHOWN_OF_FOUND if words else SHOWN_AT_FIRST
    with simulator().storage.reading() as connection:
        found = handsets.found(connection, words, most + 1)
        in_all = handsets.how_many(connection)
        current = handsets.by_number(connection, number)
        stranger = handsets.by_number(connection, dialled) if dialled else None
    shown = [handset for handset in found if handset.number != current.number][:most]
    return {
        "handset": current, "people": shown, "q": words, "in_all": in_all, "unknown": handsets.UNKNOWN,
        "stranger": stranger if stranger and not stranger.is_known and stranger.number != current.number else None,
        "has_more": len(found) > most, "for_people": for_people,
    }  # fmt: skip


def page_of(handset: Handset, template: str, **shown: Any) -> str:
    """A page with the people on its left, the handset in its middle, and the school on its right."""
    view = request.args.get("view", "phone")
    return render_template(
        template, zone=zone_of(handset), view=view if view in VIEWS else "phone", settings=simulator().settings,
        here=request.script_root + request.path, line_meanings=line_meanings(), **_people(handset.number) | shown,
    )  # fmt: skip
