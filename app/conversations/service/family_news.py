"""What changes on a family's record changes its conversations: names, languages, and whether they may go on."""

from collections.abc import Collection

from sqlalchemy import select

from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import children_of_each
from app.conversations.service import inbox_row, lines, members
from app.core.database import db
from app.core.events import on, within
from app.directory.events import ContactHealthChanged, PeopleChanged, PersonChanged, RosterImported
from app.directory.models import ContactPoint, District, Guardian

AT_ONCE = 500
FRESH = {"populate_existing": True}


@within(PersonChanged)
def follow_record(news: PersonChanged) -> None:
    """Bring the rows of one guardian up to date, end pairings that may not go on, and have the others follow to a new number."""
    _write_rows_again(news.district_id, [news.guardian_id])
    members.end_pairings_of(news.guardian_id)
    members.follow_addresses_of(news.guardian_id)


@within(PeopleChanged)
def follow_roster(news: PeopleChanged) -> None:
    """The same for many. Pairings wait until the whole roster was read: a child may come back under another key."""
    _write_rows_again(news.district_id, news.guardian_ids)


@on(RosterImported)
def end_what_may_not_go_on(_news: RosterImported) -> None:
    """Now it is known who left; what this misses, the hourly sweep finds."""
    while members.end_orphaned_pairings(AT_ONCE) == AT_ONCE:
        pass


def _write_rows_again(district_id: int, guardian_ids: Collection[int]) -> None:
    """Write names, children and languages into the rows of the inbox where they differ; six queries, however many there are."""
    mine = select(Conversation.id).where(Conversation.guardian_id.in_(guardian_ids), Conversation.kind == ConversationKind.DIRECT)
    conversations = inbox_row.hold_all(list(db.session.scalars(mine)))
    if not conversations:
        return
    home = db.session.get_one(District, district_id).language
    people = {each.id: each for each in db.session.scalars(select(Guardian).where(Guardian.id.in_(guardian_ids)), execution_options=FRESH)}
    children = children_of_each(guardian_ids)
    own = _own_languages([conversation.id for conversation in conversations])
    different = []
    for conversation in conversations:
        guardian = people[conversation.guardian_id or 0]
        known = children.get(guardian.id, [])
        language = own.get(conversation.id) or guardian.language
        shown = (
            guardian.full_name[: lines.LONGEST_TITLE],
            lines.subtitle_for([child for child in known if child.school_id == conversation.school_id] or known),
            language if language != home else None,
        )
        if shown != (conversation.title, conversation.subtitle, conversation.language):
            conversation.title, conversation.subtitle, conversation.language = shown
            different.append(conversation)
    if different:
        inbox_row.all_changed(different)


@within(ContactHealthChanged)
def follow_health(news: ContactHealthChanged) -> None:
    """Composers of threads with a number that just died, or works again, say so."""
    rows = db.session.scalars(
        select(Participant.conversation_id)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(
            Participant.address == news.address,
            Participant.left_at.is_(None),
            ContactPoint.district_id == news.district_id,
        )
        .order_by(Participant.conversation_id)
    )
    for conversation_id in dict.fromkeys(rows):
        inbox_row.changed(inbox_row.hold(conversation_id))


def _own_languages(conversation_ids: Collection[int]) -> dict[int, str]:
    """Those of the addresses that are written to, where they have one."""
    rows = db.session.execute(
        select(Participant.conversation_id, ContactPoint.language)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(Participant.conversation_id.in_(conversation_ids), Participant.left_at.is_(None), ContactPoint.language.is_not(None))
    )
    return {conversation_id: language for conversation_id, language in rows if language}
