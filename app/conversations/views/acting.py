"""What is done with a conversation or one of its messages. Each answers at once, and says how to undo it where it can be."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_thread, service
from app.conversations.errors import UnsuitableTime
from app.conversations.forms import read_moment
from app.conversations.models import Attachment, Conversation
from app.conversations.service import Action
from app.conversations.views.answers import WayBack, came_from, done
from app.conversations.views.blueprint import pages
from app.conversations.views.inbox import my_clock
from app.conversations.views.thread_shown import tomorrow_morning
from app.conversations.views.unsent import ids_of, unsent
from app.core.errors import NotVisible
from app.core.ids import new_uuid, row_number, row_numbers
from app.core.local_clock import local_clock, zone_of
from app.core.presentation import gettext as _
from app.delivery.service import Doubt

DECISIONS = {"decide-arrived": Doubt.SENT, "decide-resend": Doubt.SEND_AGAIN, "decide-lost": Doubt.NOT_SENT}


@pages.post("/conversations/<int:conversation_id>/read")
@requires(Permission.READ_THREADS)
def mark_read(conversation_id: int) -> ResponseReturnValue:
    """It was visible for a second."""
    left = service.mark_read(current_staff, conversation_id, request.form.get("up_to", type=row_number))
    return done("", f"/conversations/{conversation_id}", unread=left)


@pages.post("/conversations/<int:conversation_id>/state")
@requires(Permission.WRITE_THREADS)
def state(conversation_id: int) -> ResponseReturnValue:
    """Done, reopened, put off, assigned, unread, deleted: the one form of the thread's head."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    back, form = f"/conversations/{conversation_id}", request.form
    here = f"/conversations/{conversation_id}/state"
    if "snooze" in form:
        return _snooze(conversation, form.get("at", "") if form["snooze"] == "at" else form["snooze"])
    if "assign" in form:
        before = str(conversation.assigned_to_id or "")
        service.assign(current_staff, conversation_id, form.get("assign", type=row_number) or None)
        said = _("Assigned.") if form["assign"] else _("Nobody is assigned now.")
        return done(said, back, way_back=WayBack(here, {"assign": before}), refresh=True)
    if "unpair" in form or "pair" in form:
        return _line(conversation_id, form.get("unpair", type=row_number), form.get("pair", type=row_number))
    if form.get("do") == "link":
        service.send_link(current_staff, conversation_id, uuid=new_uuid())
        return done(_("A link to this conversation is on its way."), back)
    if "remove" in form:
        service.remove_member(current_staff, form.get("remove", 0, type=row_number))
        return done(_("Removed from the group."), back, refresh=True)
    acts: dict[str, tuple[Callable[[], object], str, WayBack | None]] = {
        "done": (lambda: service.finish(current_staff, conversation_id), _("Done."), WayBack(here, {"do": "reopen"})),
        "reopen": (lambda: service.reopen(current_staff, conversation_id), _("Open again."), WayBack(here, {"do": "done"})),
        "unread": (lambda: service.mark_unread(current_staff, conversation_id), _("Marked as unread."), None),
        "delete": (lambda: service.delete(current_staff, conversation_id), _("Deleted."), WayBack(here + "/restore")),
    }
    if form.get("do") not in acts:
        raise NotVisible
    act, said, way_back = acts[form["do"]]
    act()
    leaves = form["do"] in {"delete", "done", "unread"}
    return done(said, "/conversations" if leaves else back, way_back=way_back, refresh=not leaves, leaves=leaves)


@pages.post("/conversations/<int:conversation_id>/state/restore")
@requires(Permission.WRITE_THREADS)
def restore(conversation_id: int) -> ResponseReturnValue:
    """Bring a deleted conversation back."""
    service.restore(current_staff, conversation_id)
    return done(_("It is back."), f"/conversations/{conversation_id}")


def _snooze(conversation: Conversation, wanted: str) -> ResponseReturnValue:
    zone = queries_thread.school_zone(conversation.school_id)
    until = read_moment(wanted, zone_of(zone))
    if until is None:
        raise UnsuitableTime(_("Choose a day and a time."))
    service.snooze(current_staff, conversation.id, until)
    said = _("Back %(time)s, or when the family writes.", time=local_clock(zone).ahead(until))
    return done(said, "/conversations", way_back=WayBack(f"/conversations/{conversation.id}/state", {"do": "reopen"}), leaves=True)


def _line(conversation_id: int, unpair: int | None, pair: int | None) -> ResponseReturnValue:
    back = f"/conversations/{conversation_id}"
    if unpair:
        service.deactivate_pairing(current_staff, unpair)
        said = _("This number’s line is stopped. New texts from it go to the unknown senders.")
        return done(said, back, way_back=WayBack(f"{back}/state", {"pair": str(unpair)}), refresh=True)
    service.reactivate_pairing(current_staff, pair or 0)
    return done(_("This number’s line is open again."), back, refresh=True)


@pages.post("/conversations/messages/<int:message_id>/<what>")
@requires(Permission.WRITE_THREADS)
def message_action(message_id: int, what: str) -> ResponseReturnValue:  # noqa: PLR0911  # one answer for each button
    """What the buttons under a message ask for."""
    message = queries.message_visible_to(current_staff, message_id)
    back = f"/conversations/{message.conversation_id}"
    if what == "undo":
        files = ids_of(Attachment.message_id == message_id)
        body = service.undo(current_staff, message_id)
        return done(_("Taken back."), back, id=message_id, gone=True, body=body, files=unsent(files, current_staff.id))
    if what == "retry":
        service.retry(current_staff, message_id, request.form.get("contact_point", type=row_number))
        return done(_("Trying again."), back, id=message_id, changed=True)
    if what == "settle":
        service.settle_failure(current_staff, message_id)
        return done("", back, id=message_id, changed=True)
    if what == "react":
        service.react(current_staff, message_id, request.form.get("emoji", ""))
        return done("", back, id=message_id, changed=True)
    if what in {"accept", "dismiss"}:
        service.decide_suggestion(current_staff, message_id, accept=what == "accept")
        return done("", back, id=message_id, changed=True)
    if what == "translate":
        service.ask_translation(current_staff, message_id)
        return done("", back, id=message_id, changed=True)
    if what == "correct":
        service.correct_translation(current_staff, message_id, request.form.get("translation", ""))
        return done(_("Corrected."), back, id=message_id, changed=True)
    if what in DECISIONS:
        service.decide_doubt(current_staff, message_id, DECISIONS[what])
        return done("", back, id=message_id, changed=True)
    raise NotVisible


@pages.post("/conversations/bulk")
@requires(Permission.READ_THREADS)
def bulk() -> ResponseReturnValue:
    """One thing with many conversations."""
    numbers = row_numbers(",".join(request.form.getlist("ids")).split(","))
    asked = request.form.get("action", "")
    if asked not in {str(action) for action in Action}:
        raise NotVisible
    if not numbers:
        return done(_("Choose at least one conversation."), came_from(), ids=[])
    until = None
    if asked == Action.SNOOZE:
        until = tomorrow_morning(my_clock())
    assignee = None if asked != Action.ASSIGN or request.form.get("assignee") == "" else current_staff.id
    result = service.bulk(current_staff, numbers, asked, until=until, assignee_id=assignee)
    said = ngettext("%(num)s conversation changed.", "%(num)s conversations changed.", len(result.done))
    if result.refused:
        left_out = ngettext("%(num)s was left out: %(why)s", "%(num)s were left out: %(why)s", len(result.refused),
                            why=next(iter(result.refused.values())))  # fmt: skip
        said = f"{said} {left_out}"
    return done(said, came_from(), way_back=_opposite(asked, result.done), ids=result.done, reload=True)


def _opposite(action: str, numbers: list[int]) -> WayBack | None:
    opposites = {Action.DONE: Action.REOPEN, Action.REOPEN: Action.DONE, Action.SNOOZE: Action.REOPEN, Action.READ: Action.UNREAD,
                 Action.UNREAD: Action.READ}  # fmt: skip
    if action not in opposites or not numbers:
        return None
    return WayBack("/conversations/bulk", {"action": str(opposites[Action(action)]), "ids": ",".join(map(str, numbers))})
