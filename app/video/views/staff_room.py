"""The room as staff open it: the guests' page, with the door, who was asked, and the end for all."""

from http import HTTPStatus
from typing import NamedTuple

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.conversations.models import Message, MessageStatus
from app.conversations.queries import conversation_visible_to
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_numbers
from app.core.presentation import clock_time, short_when
from app.directory.models import School
from app.video import queries, service, tokens
from app.video.models import Provider, VideoCall, VideoParticipant
from app.video.room_page import room_page
from app.video.views.blueprint import pages

ON_ITS_WAY = frozenset({MessageStatus.PENDING, MessageStatus.PROCESSING, MessageStatus.SENDING, MessageStatus.SENT})


class Guest(NamedTuple):
    """A line of the list of who was asked."""

    name: str
    said: str
    is_trouble: bool = False
    guardian_id: int | None = None


@pages.get("/<int:video_id>")
@requires(Permission.MAKE_CALLS)
def show(video_id: int) -> ResponseReturnValue:
    """What is before the room, where nobody is in it yet; of a call that is over, or that another provider carries, the thread."""
    staff = asker()
    call = queries.call_visible_to(staff, video_id)
    if call.is_over or call.provider != Provider.EMBEDDED:
        return redirect(_back(call), HTTPStatus.SEE_OTHER)
    return _room(call)


@pages.post("/<int:video_id>/join")
@requires(Permission.MAKE_CALLS)
def join(video_id: int) -> ResponseReturnValue:
    """The token of this colleague's place: only a press of the button takes one."""
    call, who = service.join_as_staff(asker(), video_id)
    if call.provider != Provider.EMBEDDED:
        raise NotVisible
    return {"token": tokens.token_for(call, who)}


@pages.post("/<int:video_id>/invite")
@requires(Permission.MAKE_CALLS)
def invite(video_id: int) -> ResponseReturnValue:
    """Text the link, once more or for the first time, to one guardian or to all."""
    staff = asker()
    only = row_numbers(request.form.getlist("guardian"))
    try:
        service.invite(staff, video_id, uuid=new_uuid(), guardian_ids=frozenset(only) if only else None)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        answer = _room(queries.call_visible_to(staff, video_id), error=refusal.advice)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    return redirect(url_for(".show", video_id=video_id), HTTPStatus.SEE_OTHER)


@pages.post("/<int:video_id>/end")
@requires(Permission.MAKE_CALLS)
def end(video_id: int) -> ResponseReturnValue:
    """For everybody, from outside the room, too."""
    call = service.end_as_host(asker(), video_id)
    return redirect(_back(call), HTTPStatus.SEE_OTHER)


@pages.post("/<int:video_id>/note")
@requires(Permission.MAKE_CALLS)
def note(video_id: int) -> ResponseReturnValue:
    """The host's, as it is written."""
    service.write_note(asker(), video_id, request.form.get("note", ""))
    return "", HTTPStatus.NO_CONTENT


@pages.get("/<int:video_id>/invited")
@requires(Permission.MAKE_CALLS)
def invited(video_id: int) -> ResponseReturnValue:
    """Who was asked and how far the text is, for a page that stays open; of a call that is over, that it is."""
    call = queries.call_visible_to(asker(), video_id)
    if call.is_over:
        return "", HTTPStatus.GONE
    return [guest._asdict() for guest in _guests(call)]


def _room(call: VideoCall, *, error: str = "") -> Response:
    staff = asker()
    who = queries.place_of(call, staff) or service.seat_of_staff(call, staff)
    guests = _guests(call)
    language = staff.language
    return room_page(call, who, language, back=_back(call), invited=guests, theme=staff.theme, error=error, notes=who.is_host)


def _guests(call: VideoCall) -> list[Guest]:
    school = db.session.get(School, call.school_id) if call.school_id else None
    zone = school.time_zone if school else "UTC"
    people = {each.guardian_id: each for each in queries.participants_of(call) if each.guardian_id is not None}
    lines = [_there(each) or _line(each, zone) for each in people.values()]
    if call.conversation_id is None:
        return lines
    conversation = conversation_visible_to(asker(), call.conversation_id) if _sees_thread(call) else None
    others = service.invitable(conversation) if conversation is not None else []
    return lines + [
        Guest(one.name, one.why_not or _("Not asked yet"), bool(one.why_not), one.guardian_id)
        for one in others
        if one.guardian_id not in people
    ]


def _sees_thread(call: VideoCall) -> bool:
    try:
        return call.conversation_id is not None and bool(conversation_visible_to(asker(), call.conversation_id))
    except NotVisible:
        return False


def _there(who: VideoParticipant) -> Guest | None:
    if who.waiting_since is not None:
        return Guest(who.name, _("Waits to be let in"), guardian_id=who.guardian_id)
    return Guest(who.name, _("Is in the call"), guardian_id=who.guardian_id) if who.is_present else None


def _line(who: VideoParticipant, zone: str) -> Guest:
    text = db.session.get(Message, who.invitation_id) if who.invitation_id else None
    if text is None:
        return Guest(who.name, _("No link could be texted. Call or write another way."), is_trouble=True, guardian_id=who.guardian_id)
    if text.is_held and text.due_at and text.status == MessageStatus.PENDING:
        said = _("Their link waits for the end of the quiet hours: %(time)s", time=short_when(text.due_at, zone))
        return Guest(who.name, said, is_trouble=True, guardian_id=who.guardian_id)
    if text.status in ON_ITS_WAY:
        return Guest(who.name, _("Link texted at %(time)s", time=clock_time(text.created_at, zone)), guardian_id=who.guardian_id)
    if text.status == MessageStatus.DELIVERED:
        return Guest(who.name, _("Link delivered, texted at %(time)s", time=clock_time(text.created_at, zone)), guardian_id=who.guardian_id)
    return Guest(who.name, _("The link did not arrive. The thread says why."), is_trouble=True, guardian_id=who.guardian_id)


def _back(call: VideoCall) -> str:
    return f"/conversations/{call.conversation_id}" if call.conversation_id else "/conversations"
