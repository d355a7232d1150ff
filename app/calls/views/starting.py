"""The form that begins a conference, from a thread or from a family."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.calls import queries, queries_own_phone, service
from app.calls.models import PartRole
from app.calls.phrases import Words, phrase, spoken_languages
from app.calls.service import Invitee, Plan
from app.calls.service.gate import Phone
from app.calls.service.starting import MOST, ground_of
from app.calls.views.blueprint import pages
from app.calls.views.choosing import Choice, choices_for, for_members
from app.calls.views.practice import handset_address
from app.conversations.queries import conversation_visible_to
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import comes_from_htmx, wants_block
from app.core.ids import new_uuid, row_number, row_numbers
from app.core.phone_numbers import for_people
from app.directory.queries.reach import guardian_visible_to

LONGEST_WELCOME = 500
EXTRA = 2
"""Rows for guests by number; more can be brought in once the call goes on."""


@pages.get("/new")
@requires(Permission.MAKE_CALLS)
def new() -> ResponseReturnValue:
    """An empty form, as a dialog or as a page."""
    return _form(surroundings(), {}, new_uuid().hex)


@pages.get("/colleagues")
@requires(Permission.MAKE_CALLS)
def colleagues() -> ResponseReturnValue:
    """Colleagues by a few letters; those who are chosen already stay."""
    words, picked = request.args.get("colleague_words", "").strip()[:80], row_numbers(request.args.getlist("colleague"))
    return render_template("calls/_colleagues.html", **_colleagues(words, picked))


@pages.post("/new")
@requires(Permission.MAKE_CALLS)
def begin() -> ResponseReturnValue:
    """Have the phones ring."""
    around, form = surroundings(), request.form
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
        colleague_ids=row_numbers(form.getlist("colleague"))[:MOST],
        welcome_message=form.get("welcome", "").strip()[:LONGEST_WELCOME],
        maximum_minutes=form.get("minutes", 60, type=row_number),
        ends_with_moderator=form.get("stays") is None,
        is_briefing=form.get("brief") is not None,
        is_emergency=form.get("emergency") is not None,
    )
    try:
        call = service.start_conference(asker(), plan)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _form(around, form, plan.request_key, error=refusal.advice), HTTPStatus.UNPROCESSABLE_ENTITY
    address = url_for(".show", call_id=call.id)
    if comes_from_htmx():
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address, HTTPStatus.SEE_OTHER)


def _form(around: dict[str, Any], given: Any, request_key: str, *, error: str = "") -> str:
    staff, number = asker(), around["number"]
    picked = row_numbers(given.getlist("colleague")) if given else []
    return render_template(
        "calls/_new.html" if wants_block() else "calls/new.html",
        **around,
        **_colleagues("", picked),
        given=given,
        error=error,
        request_key=request_key,
        greetings=_greetings(staff, around["choices"], f"{staff.shown_name}, {around['school']}"),
        from_number=for_people(number) if number else "",
        may_declare_emergency=role_allows(staff.role, Permission.SEND_EMERGENCY),
        in_dialog=wants_block(),
    )


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is said before anybody comes in, to whom of the family; nobody for that of guests by number and of colleagues."""

    language: str
    words: str
    points: tuple[int, ...] = ()
    names: str = ""


def _greetings(staff: Staff, choices: Sequence[Choice], speaker: str) -> list[Greeting]:
    """One for each language, that of the family's best phone first."""
    spoken = {one.point_id: spoken_languages((one.language,))[0] for one in choices}
    greetings = []
    for language in dict.fromkeys([*spoken.values(), *spoken_languages((staff.language,)), "en"]):
        theirs = [one for one in choices if spoken[one.point_id] == language]
        words = phrase(Words.HELLO, language, speaker=speaker)[0]
        names = ", ".join(dict.fromkeys(one.name for one in theirs))
        greetings.append(Greeting(language, words, tuple(one.point_id for one in theirs), names))
    return greetings


def _colleagues(words: str, picked: list[int]) -> dict[str, Any]:
    staff = asker()
    chosen = queries.colleagues_with_phone(staff, only=picked) if picked else []
    found = [one for one in queries.colleagues_with_phone(staff, words=words) if one.id not in picked]
    return {"colleagues_picked": chosen, "colleagues_found": found, "colleague_words": words}


def surroundings() -> dict[str, Any]:
    """What the call is about, and who could take part. Raises NotVisible."""
    staff = asker()
    conversation_id = request.values.get("conversation", type=row_number)
    guardian_id = request.values.get("guardian", type=row_number)
    choices: list[Choice] = []
    if conversation_id is not None:
        conversation = conversation_visible_to(staff, conversation_id)
        title, guardian_id, back = conversation.title, conversation.guardian_id, f"/conversations/{conversation_id}"
        choices = choices_for(staff, guardian_id) if guardian_id else for_members(staff, queries.phones_in(conversation_id))
    elif guardian_id is not None:
        title, back = guardian_visible_to(staff, guardian_id).full_name, f"/families/guardian/{guardian_id}"
        choices = choices_for(staff, guardian_id)
    else:
        raise NotVisible
    phones = [Phone(one.address, one.name, one.point_id) for one in choices]
    school, number, quiet = ground_of(staff, conversation_id, guardian_id, phones)
    own = queries_own_phone.own_phone_of(staff)
    return {
        "title": title, "school": school, "number": number, "back": back, "choices": choices, "conversation_id": conversation_id,
        "guardian_id": guardian_id, "extra": EXTRA, "own_phone": for_people(own) if own else "", "handset": handset_address(own),
        "quiet_until": quiet,
    }  # fmt: skip
