"""A new message: to one family, to several privately, or as one group; also more guardians for a group that exists."""

from http import HTTPStatus
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries, queries_people, service
from app.conversations.models import Conversation, ConversationKind
from app.conversations.queries_people import Found
from app.conversations.views.answers import done
from app.conversations.views.blueprint import pages
from app.conversations.views.parts import page_or_part, part
from app.core.errors import HomeroomError
from app.core.htmx import comes_from_htmx, wants_block
from app.core.ids import new_uuid, row_number, row_number_or_none, row_numbers
from app.core.phone_numbers import for_people
from app.directory import stop_words
from app.directory.models import ContactKind
from app.directory.queries.stops import Stops, stops_of

MOST_CHOSEN = 200


@pages.get("/conversations/new")
@requires(Permission.WRITE_THREADS)
def new_message() -> Response:
    """The form, as a dialog or as a page."""
    return _form()


@pages.get("/conversations/recipients")
@requires(Permission.WRITE_THREADS)
def recipients() -> Response:
    """Guardians by a few letters of their name, a child's name, or a number."""
    words = request.args.get("who", "").strip()[:80]
    return part("conversations/_recipients.html", found=_shown(queries_people.find_guardians(current_staff, words)), words=words)


@pages.post("/conversations/new")
@requires(Permission.WRITE_THREADS)
def begin() -> ResponseReturnValue:
    """Begin the conversation, and send the first words if there are some."""
    form = request.form
    chosen = _chosen()
    into = form.get("into", type=row_number)
    if not chosen:
        return _form(errors={"who": _("Choose at least one family.")}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    body = form.get("body", "")
    try:
        if into is not None:
            service.add_members(current_staff, into, chosen)
            return done(_("Added."), f"/conversations/{into}", go=f"/conversations/{into}")
        conversation = _begun(chosen)
        if body.strip():
            service.send(current_staff, conversation.id, body, uuid=new_uuid())
    except HomeroomError as refusal:
        if refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            raise
        return _form(
            errors={"who" if refusal.code != "nothing_to_send" else "body": refusal.advice}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    address = f"/conversations/{conversation.id}"
    if comes_from_htmx():
        answer = Response(status=HTTPStatus.NO_CONTENT)
        answer.headers["HX-Redirect"] = address
        return answer
    return redirect(address, HTTPStatus.SEE_OTHER)


def _begun(chosen: list[int]) -> Conversation:
    office = request.form.get("line") == "office"
    if len(chosen) == 1:
        return service.start_direct(current_staff, chosen[0], office=office)
    kind = ConversationKind.GROUP if request.form.get("kind") == "group" else ConversationKind.EACH
    return service.start_group(current_staff, chosen, title=request.form.get("title", "")[:200], kind=kind, office=office)


def _chosen() -> list[int]:
    """The addresses that were ticked, and those of the families of a section or a saved group."""
    numbers = row_numbers(request.form.getlist("contact_point"))
    numbers += [each.contact_point_id for each in _audience(request.form.get("audience", "")) if each.takes_texts]
    return list(dict.fromkeys(numbers))[: MOST_CHOSEN + 1]


def _audience(name: str) -> list[Found]:
    kind, _colon, named = name.partition(":")
    number = row_number_or_none(named)
    if number is None:
        return []
    if kind == "section":
        return queries_people.guardians_of_section(current_staff, number)
    return queries_people.guardians_of_group(current_staff, number) if kind == "group" else []


def _form(*, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    values = request.form if request.method == "POST" else request.args
    numbers = row_numbers(values.getlist("contact_point"))
    beside = values.get("beside", type=row_number)
    into = values.get("into", type=row_number)
    group = queries.conversation_visible_to(current_staff, into) if into is not None else None
    words = values.get("who", "")[:80]
    found = queries_people.beside(current_staff, beside) if beside is not None else queries_people.find_guardians(current_staff, words)
    sections, groups = queries_people.audiences(current_staff)
    context: dict[str, Any] = {
        "picked": _shown(queries_people.exactly(current_staff, numbers)) if numbers else [],
        "found": _shown(found),
        "words": words,
        "sections": sections,
        "groups": groups,
        "audience": values.get("audience", ""),
        "kind": values.get("kind", "each"),
        "title_typed": values.get("title", ""),
        "body": values.get("body", "") or _words_of(values.get("text", type=row_number)),
        "into": group,
        "errors": errors or {},
        "may_write_as_office": role_allows(current_staff.role, Permission.TRIAGE),
        "line": values.get("line", ""),
        "on_page": not wants_block() or "on_page" in values,
    }
    return page_or_part("conversations/_new_message.html", page="conversations/new_message.html", status=status, **context)


def _words_of(message_id: int | None) -> str:
    """The words of a message that is to be sent to somebody else."""
    return queries.message_visible_to(current_staff, message_id).body if message_id is not None else ""


def _shown(found: list[Found]) -> list[dict[str, Any]]:
    stops = stops_of(current_staff.district_id, [each.address for each in found if each.opted_out])
    return [
        {
            "id": each.contact_point_id,
            "name": each.name,
            "children": each.children,
            "number": for_people(each.address),
            "language": each.language,
            "usable": each.takes_texts,
            "why": _why(each, stops.get(each.address)),
        }
        for each in found
    ]


def _why(each: Found, stops: Stops | None) -> str:
    if each.takes_texts:
        return ""
    if each.opted_out:
        return stop_words.in_short(stops)
    return str(_("Landline, calls only") if each.kind == ContactKind.LANDLINE else _("Out of service"))
