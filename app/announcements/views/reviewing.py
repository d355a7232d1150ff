"""The question before many people get something: how many, what, when, at what cost, and who is left out. In words."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.announcements import audience as audiences
from app.announcements import service
from app.announcements.emergencies import emergency_words
from app.announcements.errors import Changed, NotADraft
from app.announcements.escalation import read
from app.announcements.models import Announcement, AnnouncementState, Category, Channel, TextOrigin
from app.announcements.planner import Plan
from app.announcements.queries import announcement_visible_to
from app.announcements.queries_choosing import chips_of
from app.announcements.queries_readers import asked_of, some_readers, words_for
from app.announcements.views.blueprint import pages
from app.announcements.views.composer_shown import cents_words, held_words
from app.announcements.views.escalation_shown import sentence
from app.announcements.views.texts_shown import texts_of
from app.announcements.views.words import again_words, copies, listed, replies_words, send_to_name, skip_words, zone_of
from app.core.clock import now
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.core.presentation import language_name

PAGE = "announcements/review.html"
HOLD = timedelta(seconds=60)
"""So long everybody can still stop what is sent at once."""
NAMED = 4
LONGEST_SAID = 180


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before it goes out."""

    title: str
    who: str
    left_out: str
    what: str
    said: str
    emergency: str
    replies: str
    when: str
    night: str
    cost: str
    goes_on: str
    unchecked: str
    unwritten: str
    act: str


@pages.get("/announcements/<int:announcement_id>/review")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def review(announcement_id: int) -> ResponseReturnValue:
    """Ask. Nothing is written: what was counted when somebody pressed Review is shown again, or counted anew."""
    return _ask(announcement_id)


@pages.post("/announcements/<int:announcement_id>/review")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def count_and_ask(announcement_id: int) -> ResponseReturnValue:
    """Count once more, keep it to be confirmed, and ask."""
    announcement = announcement_visible_to(asker(), announcement_id)
    try:
        service.plan(asker(), announcement_id, version=announcement.version)
    except (Changed, NotADraft):
        raise
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice)
    return _ask(announcement_id)


@pages.post("/announcements/<int:announcement_id>/send")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def send(announcement_id: int) -> ResponseReturnValue:
    """Yes: send it, or ask for approval."""
    announcement = announcement_visible_to(asker(), announcement_id)
    if "sure" not in request.form or (announcement.category == Category.EMERGENCY and "sure_emergency" not in request.form):
        return _ask(announcement_id, error=_("Tick that you have read it, then send."), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _keep_plan(announcement)
        service.accept(
            asker(), announcement_id, version=request.form.get("version", 0, type=row_number),
            fingerprint=request.form.get("fingerprint", ""), typed_name=request.form.get("typed_name"),
            scheduled_for=announcement.scheduled_for or (now() + HOLD if _sends() else None),
        )  # fmt: skip
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice, status=refusal.status)
    return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/approve")
@requires(Permission.APPROVE_ANNOUNCEMENTS)
def approve(announcement_id: int) -> ResponseReturnValue:
    """Let go what a colleague wrote."""
    announcement = announcement_visible_to(asker(), announcement_id)
    try:
        _keep_plan(announcement)
        service.approve(
            asker(), announcement_id, version=request.form.get("version", 0, type=row_number),
            fingerprint=request.form.get("fingerprint", ""), typed_name=request.form.get("typed_name"), hold=HOLD,
        )  # fmt: skip
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice, status=refusal.status)
    return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/refuse")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def refuse(announcement_id: int) -> ResponseReturnValue:
    """Give it back with a word, or take one's own back."""
    announcement = service.refuse(
        asker(), announcement_id, version=request.form.get("version", 0, type=row_number), because=request.form.get("because", "")
    )
    if announcement.author_id == asker().id:
        return redirect(url_for(".edit", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".listing", show="approvals"), HTTPStatus.SEE_OTHER)


def _keep_plan(announcement: Announcement) -> None:
    """The page that asked may have counted without writing: count again, so that it is compared with what was shown."""
    version = request.form.get("version", 0, type=row_number)
    if announcement.version == version and announcement.state in service.PLANNABLE and not service.is_planned(announcement):
        service.plan(asker(), announcement.id, version=version)


def _ask(announcement_id: int, *, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    announcement = announcement_visible_to(asker(), announcement_id)
    mine = announcement.author_id == asker().id
    approves = (
        announcement.state == AnnouncementState.AWAITING_APPROVAL
        and role_allows(asker().role, Permission.APPROVE_ANNOUNCEMENTS)
        and not mine
    )
    if announcement.state != AnnouncementState.DRAFT and not approves:
        return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    context: dict[str, Any] = {"announcement": announcement, "error": error, "approves": approves, "question": None}
    try:
        plan = service.look(asker(), announcement_id)
    except (Changed, NotADraft):
        raise
    except HomeroomError as refusal:
        context["error"] = error or refusal.advice
    else:
        context |= {
            "plan": plan,
            "question": question(announcement, plan),
            "brake": service.brake_for(asker(), announcement, plan.people_reached),
            "author": db.session.get_one(Staff, announcement.author_id).name,
            "texts": texts_of(announcement),
            "sends": _sends(),
        }
    return page_or_block(PAGE, "dialog", status=status, **context)


def question(announcement: Announcement, plan: Plan) -> Question:
    """All of it in sentences."""
    author = db.session.get_one(Staff, announcement.author_id)
    clock = local_clock(zone_of(announcement))
    people = ngettext("%(num)s person", "%(num)s people", plan.people_reached)
    families = ngettext("%(num)s family", "%(num)s families", plan.families_reached)
    return Question(
        title=_("Send to %(people)s in %(families)s?", people=people, families=families)
        if plan.families_reached
        else _("Send to %(people)s?", people=people),
        who=_who(announcement, author),
        left_out=_left_out(announcement, author, plan),
        what=listed([copies(name, plan.channels[name].addresses) for name in Channel if name in plan.channels]),
        said=_said(announcement, author),
        emergency=emergency_words(announcement),
        replies=replies_words(announcement, asker()),
        when=_when(announcement, clock),
        night=_("An emergency: it goes out at night, too.") if announcement.category == Category.EMERGENCY else held_words(plan, clock),
        cost=_("About %(cost)s", cost=cents_words(Decimal(str(plan.cents)))),
        goes_on=sentence(found) if (found := read(announcement.escalation)) else "",
        unchecked=_unchecked(announcement, plan),
        unwritten=_unwritten(announcement),
        act=_act(announcement, clock),
    )


def _who(announcement: Announcement, author: Staff) -> str:
    if announcement.audience.get("again_of"):
        return again_words(announcement.audience)
    included, _left_out = chips_of(author, audiences.read(announcement.audience))
    names = [f"{chip.name} ({chip.detail})" if chip.detail and chip.kind == "grade" else chip.name for chip in included]
    if len(names) > NAMED:
        names = [*names[:NAMED], ngettext("%(num)s more", "%(num)s more", len(names) - NAMED)]
    return f"{listed(names)}, {send_to_name(announcement.send_to)}"


def _left_out(announcement: Announcement, author: Staff, plan: Plan) -> str:
    _included, left_out = chips_of(author, audiences.read(announcement.audience))
    names = [chip.name for chip in left_out[:NAMED]]
    if len(left_out) > NAMED:
        names.append(ngettext("%(num)s more", "%(num)s more", len(left_out) - NAMED))
    sentences = [_("Left out: %(names)s.", names=listed(names))] if names else []
    missed = plan.people - plan.people_reached
    if missed:
        reasons = list(
            dict.fromkeys(skip_words(reason) for one in plan.channels.values() for reason in one.skipped if reason != "same_number")
        )
        number = ngettext("%(num)s person does not get it", "%(num)s people do not get it", missed)
        sentences.append(_("%(people)s: %(reasons)s.", people=number, reasons=listed(reasons)))
    return " ".join(str(each) for each in sentences)


def _said(announcement: Announcement, author: Staff) -> str:
    """The words as their first reader gets them."""
    for channel, asked in asked_of(announcement, author).items():
        if readers := some_readers(asked):
            body = " ".join(words_for(announcement, author, channel, readers[0])[1].split())
            return body if len(body) <= LONGEST_SAID else f"{body[:LONGEST_SAID].rstrip()} …"
    return ""


def _sends() -> bool:
    """Whether it goes out without anybody else's word."""
    return role_allows(asker().role, Permission.SEND_ANNOUNCEMENTS)


def _when(announcement: Announcement, clock: LocalClock) -> str:
    due = announcement.scheduled_for
    if due is not None and (due > now() or announcement.state == AnnouncementState.DRAFT):
        return clock.full(due)
    return str(_("Right away, 60 seconds after you confirm") if _sends() else _("As soon as it is approved"))


def _act(announcement: Announcement, clock: LocalClock) -> str:
    if announcement.scheduled_for is not None:
        return str(_("Schedule for %(when)s", when=clock.ahead(announcement.scheduled_for)))
    return str(_("Send it"))


def _unchecked(announcement: Announcement, plan: Plan) -> str:
    """Languages whose words no person has looked at, with their readers."""
    machine = {text.language for text in announcement.texts if text.origin == TextOrigin.MACHINE and text.channel in announcement.channels}
    readers: dict[str, int] = {}
    for one in plan.channels.values():
        for each in one.languages:
            readers[each.language] = max(readers.get(each.language, 0), each.people)
    named = [
        f"{language_name(language)} ({ngettext('%(num)s person', '%(num)s people', readers[language])})"
        for language in sorted(machine)
        if readers.get(language)
    ]
    return listed(named) if named else ""


def _unwritten(announcement: Announcement) -> str:
    """Where those who read another language end up."""
    if announcement.fallback_language is None:
        return _("Who reads another language than these gets nothing.")
    return _("Who reads another language than these gets it in %(language)s.", language=language_name(announcement.fallback_language))
