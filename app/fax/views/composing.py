"""Writing a fax: one page, kept as one writes, and all of it works as plain posts, too."""

from datetime import datetime
from http import HTTPStatus
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires, role_allows
from app.carrier.fax_choice import has_faxes
from app.core.clock import now
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_number, row_number_or_none
from app.core.local_clock import local_clock, zone_of
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.uploads import UploadRefused, Why
from app.core.wall_clock import Wall, read_wall, trouble_words
from app.fax.errors import FaxMoved
from app.fax.errors_sending import BadTime, NoFaxNumber, NotADraft, NotSendable
from app.fax.models import Fax
from app.fax.queries_sending import contacts_of, draft_visible_to, senders_of, zone_of_fax
from app.fax.service import covers, drafts, parts, sending
from app.fax.service.drafts import NO_TIME, Draft
from app.fax.views.blueprint import pages
from app.fax.views.composer_shown import Composed, blank, composed, shown_number


@pages.get("/new")
@requires(Permission.WORK_FAXES)
def new() -> ResponseReturnValue:
    """A blank one; it is a row only from the first change on. ?answer= begins an answer to one that came, ?to= with a number."""
    answered = row_number_or_none(request.args.get("answer"))
    if answered is not None:
        return page(None, drafts.answer_to(asker(), answered))
    return page(None, Draft(number=request.args.get("to", "")[:40], name=request.args.get("name", "")[:200], emails=(asker().email,)))


@pages.post("/new")
@requires(Permission.WORK_FAXES)
def begin() -> ResponseReturnValue:
    """Keep it for the first time."""
    written = _written(None)
    fax = drafts.create(asker(), written, uuid=_uuid(), page=_page_key())
    return _answer(fax, written)


@pages.get("/<int:fax_id>/edit")
@requires(Permission.READ_FAXES)
def edit(fax_id: int) -> ResponseReturnValue:
    """Go on writing; who only reads sees how it stands."""
    try:
        fax = draft_visible_to(asker(), fax_id)
    except NotADraft as refusal:
        flash(refusal.advice)
        return redirect(f"/fax/{fax_id}?box=sent", HTTPStatus.SEE_OTHER)
    if not role_allows(asker().role, Permission.WORK_FAXES):
        return redirect(f"/fax/{fax_id}", HTTPStatus.SEE_OTHER)
    return page(fax, drafts.draft_of(fax))


@pages.post("/<int:fax_id>/edit")
@requires(Permission.WORK_FAXES)
def save(fax_id: int) -> ResponseReturnValue:
    """Keep it as it stands, and do what the pressed button says."""
    before = draft_visible_to(asker(), fax_id)
    written, edition = _written(before), request.form.get("edition", 0, type=row_number)
    try:
        fax = drafts.save(asker(), fax_id, written, edition=edition, page=_page_key())
    except FaxMoved as refusal:
        if wants_json():
            raise
        return page(before, written, error=refusal.advice, status=HTTPStatus.CONFLICT, edition=edition, is_older=True)
    return _answer(fax, written)


@pages.get("/<int:fax_id>/parts")
@requires(Permission.WORK_FAXES)
def live_part(fax_id: int) -> ResponseReturnValue:
    """What follows each change: the files, the cover, time and cost, what is known of the number."""
    fax = draft_visible_to(asker(), fax_id)
    return render_template("fax/_composed.html", fax=fax, it=composed(fax, asker()), draft=drafts.draft_of(fax))


@pages.post("/<int:fax_id>/parts")
@requires(Permission.WORK_FAXES)
def add_part(fax_id: int) -> ResponseReturnValue:
    """One file, as a script sends it."""
    draft_visible_to(asker(), fax_id)
    file = request.files.get("file")
    if file is None:
        raise UploadRefused(_("Choose a file first."), why=Why.EMPTY)
    part = parts.attach(asker(), fax_id, cast("BinaryIO", file.stream), filename=file.filename, claimed_mime=file.mimetype)
    return jsonify({"id": part.id}), HTTPStatus.CREATED


@pages.post("/<int:fax_id>/parts/<int:part_id>")
@requires(Permission.WORK_FAXES)
def change_part(fax_id: int, part_id: int) -> ResponseReturnValue:
    """Take it away, or put it at another place."""
    draft_visible_to(asker(), fax_id)
    place = row_number_or_none(request.form.get("place"))
    if request.form.get("act") == "remove":
        parts.remove(asker(), fax_id, part_id)
    elif place is not None:
        parts.move(asker(), fax_id, part_id, place)
    else:
        raise NotVisible
    return jsonify({"id": part_id})


@pages.post("/<int:fax_id>/discard")
@requires(Permission.WORK_FAXES)
def discard(fax_id: int) -> ResponseReturnValue:
    """Throw it away."""
    draft_visible_to(asker(), fax_id)
    drafts.discard(asker(), fax_id)
    flash(_("Draft thrown away."), "ok")
    return redirect(url_for(".inbox"), HTTPStatus.SEE_OTHER)


def page(
    fax: Fax | None, draft: Draft, *, error: str = "", field: str = "", status: int = HTTPStatus.OK, edition: int | None = None,
    is_older: bool = False,
) -> Response:  # fmt: skip
    """The whole page; `field` names the one that the error is about."""
    mine = senders_of(asker())
    has_line = has_faxes(current_app)
    if not mine or not has_line:
        return make_response(render_template("fax/no_number.html", has_line=has_line), HTTPStatus.OK)
    sender = next((one for one in mine if one.number.id == draft.sender_id), mine[0])
    zone = zone_of_fax(fax) if fax is not None else sender.zone
    shown: Composed = composed(fax, asker()) if fax is not None else blank(sender, asker(), number=draft.number, has_cover=draft.has_cover)
    own = asker().email.lower()
    at = draft.send_at.astimezone(zone_of(zone)) if draft.send_at not in {None, NO_TIME} else None
    known = [{"name": one.name, "shown": for_people(one.address)} for one in contacts_of(asker().district_id)]
    html = render_template(
        "fax/send.html", fax=fax, draft=draft, it=shown, sender=sender, senders=mine, error=error, wrong=field, is_older=is_older,
        edition=(fax.edition if fax is not None else 0) if edition is None else edition, uuid=fax.uuid if fax is not None else new_uuid(),
        page_key=str(new_uuid()), number=shown_number(draft.number), contacts=known,
        senders_offered=[(str(one.number.id), f"{one.shown}, {one.name}") for one in mine],
        tells_me=own in draft.emails, own_email=own, others=", ".join(one for one in draft.emails if one != own),
        at=request.form.get("at") or (at.strftime("%Y-%m-%dT%H:%M") if at else ""),
        is_later=draft.send_at is not None or request.form.get("when") == "later",
        zone_name=zone.split("/")[-1].replace("_", " "), answered=draft.copy_of_id,
    )  # fmt: skip
    return make_response(html, status)


def _written(before: Fax | None) -> Draft:
    form, wall = request.form, _wall(before)
    emails = [form.get("others", "").replace(";", ",")]
    told = [one for words in emails for one in words.split(",")]
    return Draft(
        number=form.get("number", "")[:60], name=form.get("name", ""), attention=form.get("attention", ""),
        sender_id=row_number_or_none(form.get("sender")), subject=form.get("subject", ""), has_cover="has_cover" in form,
        note=form.get("note", ""), is_fine=form.get("quality", "fine") == "fine",
        emails=tuple([asker().email, *told] if "tell_me" in form else told),
        send_at=(wall.moment or NO_TIME) if wall is not None else None,
        copy_of_id=before.copy_of_id if before is not None else row_number_or_none(form.get("copy_of")),
    )  # fmt: skip


def _wall(before: Fax | None) -> Wall | None:
    """The moment that was chosen; None for at once."""
    if request.form.get("when") != "later":
        return None
    zone = zone_of_fax(before) if before is not None else own_zone()
    return read_wall(request.form.get("at", ""), zone_of(zone))


def moment_asked(zone: str) -> datetime | None:
    """When the form wants it to go out; None for at once. Raises BadTime."""
    if request.form.get("when") != "later":
        return None
    wall = read_wall(request.form.get("at", ""), zone_of(zone))
    if wall.trouble is not None:
        raise BadTime(trouble_words(wall.trouble))
    return wall.moment


def _answer(fax: Fax, written: Draft) -> ResponseReturnValue:
    """After a save: for a script what it needs to go on; else the page again, or where the pressed button leads."""
    address = url_for(".edit", fax_id=fax.id)
    if wants_json():
        said = _("Draft saved at %(time)s", time=local_clock(zone_of_fax(fax)).time(now()))
        return jsonify({"id": fax.id, "edition": fax.edition, "address": address, "said": said})
    act = request.form.get("act", "")
    try:
        address = _act(fax, act) or address
    except (NoFaxNumber, NotADraft):
        raise
    except HomeroomError as refusal:
        fresh = draft_visible_to(asker(), fax.id)
        field = refusal.field if isinstance(refusal, NotSendable) else ("files" if act == "attach" else "")
        return page(fresh, written, error=refusal.advice, field=field, status=refusal.status)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _act(fax: Fax, act: str) -> str | None:
    """What the pressed button asks for beside saving; where it leads."""
    what, _sep, rest = act.partition(":")
    if what == "attach":
        for file in request.files.getlist("files"):
            if file.filename:
                parts.attach(asker(), fax.id, cast("BinaryIO", file.stream), filename=file.filename, claimed_mime=file.mimetype)
    elif what == "remove":
        parts.remove(asker(), fax.id, row_number_or_none(rest) or 0)
    elif what == "place":
        part, _sep, place = rest.partition(":")
        parts.move(asker(), fax.id, row_number_or_none(part) or 0, row_number_or_none(place) or 0)
    elif what == "preview":
        moment_asked(zone_of_fax(fax))
        covers.bring_up_to_date(fax)
        return url_for(".preview", fax_id=fax.id)
    elif what == "send":
        sending.send(asker(), fax.id, at=moment_asked(zone_of_fax(fax)))
        return f"/fax/{fax.id}?box=sent"
    return None


def _page_key() -> str | None:
    """Which opened page speaks: it repeats what it never got an answer to."""
    return request.form.get("page", "")[:64] or None


def _uuid() -> UUID:
    """Of the form; a new one where somebody took it away."""
    try:
        return UUID(request.form.get("uuid", ""))
    except ValueError:
        return new_uuid()
