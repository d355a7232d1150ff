"""The menus of a thread, fetched when they are first opened: who answers, where it goes, saved replies, colleagues."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_people, queries_thread, service
from app.conversations.models import Conversation
from app.conversations.service import merge_values
from app.conversations.service.recipients import recipients_of
from app.conversations.views.answers import done
from app.conversations.views.blueprint import pages
from app.conversations.views.parts import part
from app.core.errors import NotVisible
from app.core.ids import row_number
from app.core.merge_fields import MergeField, render
from app.core.phone_numbers import for_people
from app.directory import stop_words
from app.directory.models import ContactKind
from app.directory.queries.stops import stops_of


@pages.get("/conversations/<int:conversation_id>/assignees")
@requires(Permission.WRITE_THREADS)
def assignees(conversation_id: int) -> Response:
    """Who can answer this conversation."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    people = queries_people.colleagues(conversation)
    people.sort(key=lambda person: (person.id != current_staff.id, person.id != conversation.assigned_to_id))
    return part("conversations/_assignees.html", people=people, conversation=conversation)


@pages.get("/conversations/<int:conversation_id>/colleagues")
@requires(Permission.WRITE_THREADS)
def colleagues(conversation_id: int) -> Response:
    """Who can be called to a note."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    people = queries_people.colleagues(conversation, words=request.args.get("q", "")[:80])
    return part("conversations/_colleagues.html", people=[person for person in people if person.id != current_staff.id])


@pages.get("/conversations/<int:conversation_id>/replies")
@requires(Permission.WRITE_THREADS)
def replies(conversation_id: int) -> Response:
    """Saved replies with their fields filled for this family, and the fields themselves."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    values = values_of(conversation)
    shown = [(reply, render(reply.body, values).text) for reply in queries_people.saved_replies(current_staff)]
    fields = [(str(name), values.get(str(name)) or "") for name in MergeField]
    return part("conversations/_replies.html", replies=shown, fields=fields)


def values_of(conversation: Conversation) -> dict[str, str | None]:
    """What the merge fields become for the one guardian of a conversation; nothing for a group, where each differs."""
    recipients = recipients_of(conversation)
    if len(recipients) != 1:
        return {}
    guardian, language = recipients[0].guardian, current_staff.language
    return merge_values.ReaderValues(conversation, [guardian.id], current_staff).of(guardian, [language])[language]


@pages.get("/conversations/<int:conversation_id>/ways")
@requires(Permission.WRITE_THREADS)
def ways(conversation_id: int) -> Response:
    """Where a text to this guardian could go."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    if conversation.guardian_id is None:
        raise NotVisible
    partners = [each for each in queries_thread.thread_people(conversation_id) if each.contact_point_id and each.left_at is None]
    chosen = {each.contact_point_id for each in partners}
    known = queries_people.ways_to(conversation.guardian_id)
    stops = stops_of(conversation.district_id, [point.address for point in known if point.opted_out_at])
    points = [
        (
            point,
            for_people(point.address) if point.kind != ContactKind.EMAIL else point.address,
            point.id in chosen,
            stop_words.in_short(stops.get(point.address)) if point.opted_out_at else "",
        )
        for point in known
    ]
    ours = for_people(partners[-1].our_number) if partners and partners[-1].our_number else ""
    return part("conversations/_ways.html", points=points, conversation=conversation, ours=ours)


@pages.post("/conversations/<int:conversation_id>/ways")
@requires(Permission.WRITE_THREADS)
def choose_way(conversation_id: int) -> ResponseReturnValue:
    """Write to another number of the same guardian from now on."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    point_id = request.form.get("contact_point", type=row_number)
    if point_id is None:
        raise NotVisible
    line = service.start_direct(current_staff, point_id, office=conversation.is_office, school_id=conversation.school_id)
    return done("", f"/conversations/{line.id}", go=f"/conversations/{line.id}", refresh=True)
