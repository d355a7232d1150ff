"""Sending a fax on by email: the form, as a dialog or as a page, and what can be done about what went out."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.conversations.views.answers import done
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import comes_from_htmx, wants_block
from app.core.ids import new_uuid, row_number_or_none
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.delivery.service import Doubt
from app.fax.forward_letters import other_side
from app.fax.forward_words import advice
from app.fax.models import Fax, FaxForward, ForwardStatus, ForwardWay
from app.fax.queries import fax_visible_to
from app.fax.queries_forwards import forwards_of, offered_to
from app.fax.queries_retention import kept_until
from app.fax.service import forwarding
from app.fax.service.forwarding import LONGEST_WORDS, Wish
from app.fax.views.blueprint import pages


@dataclass(frozen=True, slots=True)
class ForwardLine:
    """One forward as the details of a fax show it."""

    id: int
    address: str
    state: str
    tone: str
    glyph: str
    about: str
    """By whom, when, and what became of the link."""
    advice: str = ""
    may_end: bool = False
    is_unsure: bool = False
    is_failed: bool = False


@pages.get("/<int:fax_id>/forward")
@requires(Permission.WORK_FAXES)
def forward_form(fax_id: int) -> Response:
    """An empty form; `again` is a forward whose address is filled in. An address itself stands in no link: these are logged."""
    fax = fax_visible_to(asker(), fax_id)
    again = row_number_or_none(request.args.get("again"))
    before = forwarding.forward_of(fax, again) if again is not None else None
    if before is None:
        return _form(fax, {}, new_uuid().hex)
    is_known = before.address in {one.address for one in offered_to(asker())}
    given: dict[str, Any] = {"to": [before.address]} if is_known else {"to": [], "others": before.address}
    return _form(fax, given | {"way": before.way}, new_uuid().hex)


@pages.post("/<int:fax_id>/forward")
@requires(Permission.WORK_FAXES)
def forward(fax_id: int) -> ResponseReturnValue:
    """Send it on."""
    fax, form = fax_visible_to(asker(), fax_id), request.form
    way = ForwardWay.ATTACHED if form.get("way") == ForwardWay.ATTACHED else ForwardWay.LINK
    try:
        uuid = UUID(form.get("uuid", ""))
    except ValueError:
        uuid = new_uuid()
    wish = Wish(uuid, (*form.getlist("to"), form.get("others", "")), way, form.get("words", ""))
    try:
        rows = forwarding.forward(asker(), fax.id, wish)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        given = {"to": form.getlist("to"), "others": form.get("others", ""), "words": form.get("words", ""), "way": way}
        return _form(fax, given, uuid.hex, refusal)
    said = (
        _("On its way to %(address)s.", address=rows[0].address)
        if len(rows) == 1
        else ngettext("On its way to %(num)s address.", "On its way to %(num)s addresses.", len(rows))
    )
    if comes_from_htmx():
        flash(said, "ok")
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": f"/fax/{fax.id}"})
    return done(said, f"/fax/{fax.id}")


@pages.post("/<int:fax_id>/forwards/<int:forward_id>")
@requires(Permission.WORK_FAXES)
def act_on_forward(fax_id: int, forward_id: int) -> ResponseReturnValue:
    """End a link, or decide about an email of which nobody knows whether it left."""
    wanted, here = request.form.get("act", ""), f"/fax/{fax_id}"
    if wanted == "end":
        forwarding.end_link(asker(), fax_id, forward_id)
        return done(_("The link opens nothing any more."), here)
    if wanted == "arrived":
        forwarding.decide(asker(), fax_id, forward_id, Doubt.SENT)
        return done(_("It counts as sent."), here)
    if wanted == "again":
        forwarding.decide(asker(), fax_id, forward_id, Doubt.SEND_AGAIN)
        return done(_("It is sent again."), here)
    raise NotVisible


def _form(fax: Fax, given: dict[str, Any], uuid: str, refusal: HomeroomError | None = None) -> Response:
    clock = local_clock(own_zone(), asker().language)
    html = render_template(
        "fax/_forward.html" if wants_block() else "fax/forward.html",
        fax=fax, who=other_side(fax), when=clock.full(fax.created_at), given=given, uuid=uuid, refused=refusal.advice if refusal else "",
        offered=offered_to(asker()), may=forwarding.may_forward(fax), longest=LONGEST_WORDS, in_dialog=wants_block(),
        way=given.get("way") or ForwardWay.LINK,
    )  # fmt: skip
    return make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK)


def forward_lines(fax: Fax, clock: LocalClock) -> list[ForwardLine]:
    """To whom it was sent on, for its details; the caller asked who may see the fax. One query."""
    return [_line(row, name, clock) for row, name in forwards_of(fax.id)]


def kept_fact(fax: Fax, clock: LocalClock) -> tuple[str, str]:
    """How long it is kept, as its details say it. One query."""
    end = kept_until(fax)
    return (_("Kept until"), clock.day(clock.local(end).date()) if end is not None else _("a legal hold is lifted"))


STATES = {
    ForwardStatus.PREPARING: ("", "clock"),
    ForwardStatus.QUEUED: ("", "clock"),
    ForwardStatus.UNSURE: ("warn", "alert-triangle"),
    ForwardStatus.SENT: ("ok", "check"),
    ForwardStatus.FAILED: ("danger", "alert-circle"),
}


def _line(row: FaxForward, name: str, clock: LocalClock) -> ForwardLine:
    tone, glyph = STATES[ForwardStatus(row.status)]
    is_failed, is_unsure = row.status == ForwardStatus.FAILED, row.status == ForwardStatus.UNSURE
    about = [_("by %(name)s", name=name) if name else _("by itself"), clock.full(row.created_at)]
    if row.way == ForwardWay.LINK and not is_failed:
        about.append(_link_state(row, clock))
    return ForwardLine(
        row.id, row.address, _state(row), tone, glyph, " · ".join(about),
        advice=_why(row) if is_failed or is_unsure else "", may_end=row.is_open, is_unsure=is_unsure, is_failed=is_failed,
    )  # fmt: skip


def _state(row: FaxForward) -> str:
    words = {
        ForwardStatus.PREPARING: _("On its way"), ForwardStatus.QUEUED: _("On its way"), ForwardStatus.UNSURE: _("Not sure"),
        ForwardStatus.SENT: _("Sent"), ForwardStatus.FAILED: _("Not sent"),
    }  # fmt: skip
    return words[ForwardStatus(row.status)]


def _why(row: FaxForward) -> str:
    if row.status == ForwardStatus.UNSURE:
        return _("The mail server’s answer was lost, so nobody knows whether it arrived. Ask them, then say so here.")
    return advice(row.error_code)


def _link_state(row: FaxForward, clock: LocalClock) -> str:
    if row.ended_at is not None:
        return _("link ended")
    opened = _("opened %(time)s", time=clock.short(row.opened_at)) if row.opened_at else _("not opened yet")
    if row.expires_at is None:
        return _("as a link")
    if not row.is_open:
        return f"{_('link over')}, {opened}"
    return f"{opened}, {_('link until %(time)s', time=clock.ahead(row.expires_at))}"
