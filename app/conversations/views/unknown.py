"""Unknown senders: whose phone is this? Match it, add the person, leave it, or block it; nothing is dropped."""

from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries, queries_people, service
from app.conversations.forms import NewGuardianForm
from app.conversations.models import UnknownState
from app.conversations.queries_unknown import strangers, strangers_by_state
from app.conversations.views.answers import WayBack, done
from app.conversations.views.blueprint import pages
from app.conversations.views.inbox import my_clock
from app.conversations.views.list_head import in_few_letters
from app.conversations.views.parts import page_or_part, part
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import row_number
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.directory.models import Student
from app.directory.queries.reach import student_is_within_reach_of
from app.live import queries as live

PAGE = "conversations/unknown.html"
SHOWN = {"waiting": UnknownState.WAITING, "ignored": UnknownState.IGNORED, "blocked": UnknownState.BLOCKED}
RELATIONS = ("mother", "father", "guardian", "grandparent", "other")


@pages.get("/unknown-senders")
@requires(Permission.TRIAGE)
def unknown_senders() -> Response:
    """Phones that texted and that nobody knows."""
    state = request.args.get("show", "waiting")
    clock = my_clock()
    live_from = live.newest_id()  # asked first: what comes while the list is read is told again rather than never
    entries = [
        {
            "number": for_people(each.sender),
            "first_id": each.texts[0].id,
            "texts": [(row.body, clock.full(row.received_at)) for row in each.texts],
            "line": each.texts[-1].line or for_people(each.texts[-1].our_number),
            "suggestions": each.suggestions,
        }
        for each in strangers(current_staff, SHOWN.get(state, UnknownState.WAITING))
    ]
    shown = state if state in SHOWN else "waiting"
    counted = strangers_by_state(current_staff)
    counts = {key: in_few_letters(counted[kind]) for key, kind in SHOWN.items()}
    return page_or_part("conversations/_strangers.html", page=PAGE, entries=entries, state=shown, live_from=live_from, counts=counts)


@pages.get("/unknown-senders/<int:unknown_id>")
@requires(Permission.TRIAGE)
def unknown_sender(unknown_id: int) -> Response:
    """One of them: search the family, or add a person."""
    return _one(unknown_id, NewGuardianForm(formdata=None))


@pages.post("/unknown-senders/<int:unknown_id>/<what>")
@requires(Permission.TRIAGE)
def decide(unknown_id: int, what: str) -> ResponseReturnValue:
    """Match, create, ignore, block, or take a decision back."""
    text = queries.unknown_text_visible_to(current_staff, unknown_id)
    back = WayBack(f"/unknown-senders/{unknown_id}/reconsider")
    if what == "match":
        conversation = service.match_unknown(current_staff, unknown_id, request.form.get("guardian", 0, type=row_number))
        return done(_("Matched. The texts stand in the conversation now."), f"/conversations/{conversation.id}", go=True)
    if what == "create":
        return _create(unknown_id)
    if what == "ignore":
        service.ignore_unknown(current_staff, unknown_id)
        return done(_("Put aside."), "/unknown-senders", way_back=back)
    if what == "block":
        service.block_unknown(current_staff, unknown_id)
        return done(_("%(number)s is blocked.", number=for_people(text.sender)), "/unknown-senders", way_back=back)
    if what == "reconsider":
        service.reconsider_unknown(current_staff, unknown_id)
        return done(_("It is on the list again."), "/unknown-senders")
    raise NotVisible


def _create(unknown_id: int) -> ResponseReturnValue:
    form = NewGuardianForm()
    if not form.validate_on_submit():
        return _one(unknown_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        conversation = service.create_guardian(
            current_staff,
            unknown_id,
            student_id=int(form.student_id.data or 0),
            given_name=form.given_name.data or "",
            family_name=form.family_name.data or "",
            relationship_name=form.relationship_name.data if form.relationship_name.data in RELATIONS else "guardian",
            language=form.language.data or None,
        )
    except HomeroomError as refusal:
        if refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            raise
        form.given_name.errors = [*form.given_name.errors, refusal.advice]
        return _one(unknown_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return done(_("Added. The texts stand in the conversation now."), f"/conversations/{conversation.id}")


def _one(unknown_id: int, form: NewGuardianForm, *, status: int = 200) -> Response:
    text = queries.unknown_text_visible_to(current_staff, unknown_id)
    words = request.values.get("q", "").strip()[:80]
    found = queries_people.find_guardians(current_staff, words, limit=12) if words else []
    return part(
        "conversations/unknown_one.html",
        status=status,
        text=text,
        number=for_people(text.sender),
        when=my_clock().full(text.received_at),
        words=words,
        found=found,
        students=_students(request.values.get("student", "")),
        student_words=request.values.get("student", "")[:80],
        form=form,
        relations=[(name, _relation(name)) for name in RELATIONS],
        may_create=role_allows(current_staff.role, Permission.EDIT_PEOPLE),
    )


def _students(words: str) -> list[Any]:
    if not words.strip():
        return []
    matches = [Student.search_text.contains(word, autoescape=True) for word in fold(words).split()[:4]]
    statement = select(Student).where(student_is_within_reach_of(current_staff), *matches)
    return list(db.session.scalars(statement.order_by(Student.family_name, Student.given_name).limit(12)))


def _relation(name: str) -> str:
    names = {
        "mother": _("Mother"),
        "father": _("Father"),
        "guardian": _("Guardian"),
        "grandparent": _("Grandparent"),
        "other": _("Other"),
    }
    return str(names[name])
