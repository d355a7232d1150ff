"""The form that begins a conference, from a thread or from a family."""

from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls import service
from app.calls.models import PartRole
from app.calls.service import Invitee, Plan
from app.calls.views.blueprint import pages
from app.calls.views.choosing import Choice, choices_for, for_members
from app.calls.views.practice import handset_address
from app.conversations.models import Participant
from app.conversations.queries import conversation_visible_to
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_number, row_numbers
from app.directory.queries.reach import guardian_visible_to

LONGEST_WELCOME = 500
EXTRA = 3
"""Rows for people by number; more can be brought in once the call goes on."""


@pages.get("/new")
@requires(Permission.MAKE_CALLS)
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("calls/new.html", **_around(), given={}, error=None, request_key=new_uuid().hex)


@pages.post("/new")
@requires(Permission.MAKE_CALLS)
def begin() -> ResponseReturnValue:
    """Have the phones ring."""
    around, form = _around(), request.form
    points = row_numbers(form.getlist("point"))
    offered = {choice.point_id for choice in around["choices"]}
    others = [
        Invitee(name, phone, PartRole.INTERPRETER if role == "interpreter" else PartRole.OTHER)
        for name, phone, role in zip(form.getlist("name"), form.getlist("phone"), form.getlist("role"), strict=False)
        if phone.strip()
    ]
    plan = Plan(
        request_key=form.get("request_key", "")[:64] or new_uuid().hex,
        moderator_phone=form.get("moderator", ""),
        conversation_id=around["conversation_id"],
        guardian_id=around["guardian_id"],
        point_ids=[one for one in points if one in offered],
        others=others,
        welcome_message=form.get("welcome", "").strip()[:LONGEST_WELCOME],
        maximum_minutes=form.get("minutes", 60, type=row_number),
        ends_with_moderator=form.get("stays") is None,
        is_emergency=form.get("emergency") is not None,
    )
    try:
        call = service.start_conference(asker(), plan)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        shown = render_template("calls/new.html", **around, given=form, error=refusal.advice, request_key=plan.request_key)
        return shown, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show", call_id=call.id), HTTPStatus.SEE_OTHER)


def _around() -> dict[str, Any]:
    """What the call is about, and who could take part. Raises NotVisible."""
    staff = asker()
    conversation_id = request.values.get("conversation", type=row_number)
    guardian_id = request.values.get("guardian", type=row_number)
    choices: list[Choice] = []
    if conversation_id is not None:
        conversation = conversation_visible_to(staff, conversation_id)
        title, guardian_id, back = conversation.title, conversation.guardian_id, f"/conversations/{conversation_id}"
        choices = choices_for(staff, guardian_id) if guardian_id else for_members(staff, _members(conversation_id))
    elif guardian_id is not None:
        title, back = guardian_visible_to(staff, guardian_id).full_name, f"/families/guardian/{guardian_id}"
        choices = choices_for(staff, guardian_id)
    else:
        raise NotVisible
    return {
        "title": title, "back": back, "choices": choices, "conversation_id": conversation_id, "guardian_id": guardian_id, "extra": EXTRA,
        "own_phone": staff.phone or "", "handset": handset_address(staff.phone or ""),
    }  # fmt: skip


def _members(conversation_id: int) -> list[int]:
    rows = select(Participant.contact_point_id).where(
        Participant.conversation_id == conversation_id, Participant.contact_point_id.is_not(None), Participant.left_at.is_(None)
    )
    return [one for one in db.session.scalars(rows) if one is not None]
