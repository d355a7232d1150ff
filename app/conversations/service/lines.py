"""The direct conversations of one line, a person's or the school's office, with guardians: found, or begun and paired.

However many there are, it takes a fixed number of statements: a text to a whole class asks for all of theirs in one commit.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from app.conversations import pairing
from app.conversations.events import ConversationCreated
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import children_of_each
from app.conversations.service import inbox_row, office_line
from app.core import rows
from app.core.clock import now
from app.core.database import db, open_events
from app.directory.models import ContactPoint, District, Guardian, PhoneNumber, School, Student

LONGEST_TITLE = 200
LONGEST_SUBTITLE = 300
Line = tuple[Conversation, Participant]


def direct_line(school: School, point: ContactPoint, *, owner_id: int | None, number: PhoneNumber | None = None) -> Line:
    """The conversation of one line with one guardian, ready to text `point`; `number` is preferred for it."""
    (line,) = direct_lines(school, [point], owner_id=owner_id, number=number)
    return line


def direct_lines(school: School, points: Sequence[ContactPoint], *, owner_id: int | None, number: PhoneNumber | None = None) -> list[Line]:
    """The same for an address each of several guardians, held until the commit. Belongs into a transaction.

    `owner_id` None is the school's office line. Written to is the newest address only; the others still route here.
    """
    guardian_ids = [point.guardian_id for point in points]
    # Two first texts make one thread; in the order of their numbers, two texts to a class never wait for each other.
    db.session.execute(select(Guardian.id).where(Guardian.id.in_(guardian_ids)).order_by(Guardian.id).with_for_update())
    known = {talk.guardian_id: talk for talk in inbox_row.hold_all(_existing(school, guardian_ids, owner_id))}
    fresh = _begin(school, [point for point in points if point.guardian_id not in known], owner_id)
    known |= {talk.guardian_id: talk for talk in fresh}
    talks = [known[number_] for number_ in guardian_ids]
    members = pairing.pair_all(school, list(zip(talks, points, strict=True)), prefer=number)
    _write_only_to(members)
    if fresh:
        heard = inbox_row.listeners_of(fresh)
        open_events().extend(ConversationCreated(**inbox_row.about(talk, heard.get(talk.id, ()))) for talk in fresh)
    return list(zip(talks, members, strict=True))


def line_apart(
    school: School, point: ContactPoint, *, owner_id: int, number: PhoneNumber | None = None, not_among: Collection[int] = ()
) -> Line:
    """The same for who speaks with one guardian about several things, each in a thread of its own: none of `not_among`.

    A thread that speaks from another number than `number` is left as it is, and another one begun.
    """
    db.session.execute(select(Guardian.id).where(Guardian.id == point.guardian_id).with_for_update())
    newest = _existing(school, [point.guardian_id], owner_id, not_among)
    if number is not None:
        over_it = select(Participant.conversation_id).where(
            Participant.conversation_id.in_(newest), Participant.phone_number_id == number.id
        )
        newest = list(db.session.scalars(over_it))
    known = inbox_row.hold_all(newest)
    fresh = [] if known else _begin(school, [point], owner_id)
    [talk] = known or fresh
    members = pairing.pair_all(school, [(talk, point)], prefer=number)
    _write_only_to(members)
    if fresh:
        open_events().append(ConversationCreated(**inbox_row.about(talk)))
    return talk, members[0]


def join_line(conversations: Sequence[Conversation]) -> None:
    """Let those take part whose line new conversations of one school are: their owner, or the office."""
    if not conversations:
        return
    if conversations[0].is_office:
        office_line.join(conversations)
    else:
        rows.added_all(Participant, [{"conversation_id": each.id, "staff_id": each.created_by_id} for each in conversations])


def subtitle_for(children: Sequence[Student]) -> str:
    """The children's names and grades as facts, ``Mateo, Sofía · 03, KG``; `views.subtitles` words them for each reader."""
    names, grades = ", ".join(child.shown_name for child in children), ", ".join(child.grade for child in children if child.grade)
    return f"{names} · {grades}"[:LONGEST_SUBTITLE] if grades else names[:LONGEST_SUBTITLE]


def _existing(school: School, guardian_ids: Collection[int], owner_id: int | None, not_among: Collection[int] = ()) -> list[int]:
    line: ColumnElement[bool] = Conversation.is_office.is_(True) if owner_id is None else Conversation.created_by_id == owner_id
    newest = (
        select(func.max(Conversation.id))
        .where(
            Conversation.guardian_id.in_(guardian_ids),
            Conversation.kind == ConversationKind.DIRECT,
            Conversation.school_id == school.id,
            Conversation.deleted_at.is_(None),
            line,
        )
        .group_by(Conversation.guardian_id)
    )
    if not_among:
        newest = newest.where(Conversation.id.not_in(not_among))
    return list(db.session.scalars(newest))


def _begin(school: School, points: Sequence[ContactPoint], owner_id: int | None) -> list[Conversation]:
    if not points:
        return []
    home = db.session.get_one(District, school.district_id).language
    all_children = children_of_each([point.guardian_id for point in points])
    begun: list[dict[str, Any]] = []
    for point in points:
        language = point.language or point.guardian.language
        children = all_children.get(point.guardian_id, [])
        begun.append(
            {
                "district_id": school.district_id,
                "school_id": school.id,
                "kind": ConversationKind.DIRECT,
                "guardian_id": point.guardian_id,
                "created_by_id": owner_id,
                "is_office": owner_id is None,
                "title": point.guardian.full_name[:LONGEST_TITLE],
                "subtitle": subtitle_for([child for child in children if child.school_id == school.id] or children),
                "language": language if language != home else None,
            }
        )
    talks = rows.added_all(Conversation, begun)
    join_line(talks)
    return talks


def _write_only_to(members: Collection[Participant]) -> None:
    others = update(Participant).where(
        Participant.conversation_id.in_({member.conversation_id for member in members}),
        Participant.contact_point_id.is_not(None),
        Participant.id.not_in({member.id for member in members}),
        Participant.left_at.is_(None),
    )
    db.session.execute(others.values(left_at=now()))
