"""Channels: opened for people or a group, shaped, and with people in them. The conversation itself is the room's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete

from app.accounts.models import Staff
from app.api.courier.jsonapi import id_of
from app.api.courier.models import ChannelDetails, ChannelPin
from app.api.courier.queries import people
from app.api.courier.queries.channels import KINDS, Member, channel, details_of
from app.api.courier.queries.numbers import number_id
from app.api.courier.queries.people import Named
from app.api.courier.queries.preferences import CHANNEL_TITLE, INITIAL_TEXT, preference_text
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationKind
from app.conversations.service import access
from app.core.database import db, transaction
from app.core.first_or_new import first_or_new
from app.directory.models import Group, Guardian, Section

LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class NewChannel:
    """What a channel is opened with."""

    school_id: int | None
    group: Section | Group | None = None
    people: Named = field(default_factory=Named)
    subscription: str | None = None
    name: str = ""
    label: str | None = None
    is_floating: bool = False
    shows_events: bool = False
    number: UUID | None = None


def open_channel(staff: Staff, wanted: NewChannel) -> Conversation:
    """Open a channel, or find the one that staff and guardian have. Raises Refused, and as the room's `start_direct` and `start_group`."""
    with transaction():
        points = _points(_guardians(staff, wanted))
        if len(points) == 1:
            talk = threads.start_direct(staff, points[0], school_id=wanted.school_id)
        else:
            kind = KINDS[wanted.subscription or "none"]
            if kind == ConversationKind.DIRECT:
                raise Refused(
                    Why.RULE, "A single channel has one guardian. Name one, or choose open or none.", field="body/data/attributes"
                )
            usual = preference_text(staff.district_id, wanted.school_id, CHANNEL_TITLE)
            title = wanted.name or (wanted.group.name if wanted.group else usual)
            talk = threads.start_group(staff, points, title=title, kind=kind, school_id=wanted.school_id)
        if colleagues := [each.id for each in wanted.people.staff if each.id != staff.id]:
            threads.add_colleagues(staff, talk.id, colleagues)
        if wanted.number is not None:
            threads.speak_from(staff, talk.id, number_id(staff, wanted.number))
        details = _kept(talk.id)
        details.label = wanted.label[:LONGEST_LABEL] if wanted.label else details.label
        details.is_floating, details.shows_events = wanted.is_floating, wanted.shows_events
        if wanted.group is not None:
            _link(details, wanted.group)
    return talk


def change_channel(staff: Staff, talk: Conversation, steps: Sequence[dict[str, Any]]) -> None:
    """Take all of these replacements, or none. Raises Refused, and what the room refuses."""
    access.may_write(staff)
    with transaction():
        for place, step in enumerate(steps):
            _STEPS[step["path"]](staff, talk, step["value"], f"body/data/attributes/{place}/value")


def subscribe(staff: Staff, talk: Conversation, wanted: Named) -> None:
    """Let people in. Raises Refused for a channel that follows its group, and what the room refuses."""
    _check_floating(talk, wanted)
    with transaction():
        if wanted.staff:
            threads.add_colleagues(staff, talk.id, [each.id for each in wanted.staff])
        guardians = [*wanted.guardians, *people.main_contacts([each.id for each in wanted.students])]
        if guardians:
            threads.add_members(staff, talk.id, _points(guardians))


def unsubscribe(staff: Staff, talk: Conversation, wanted: Named) -> None:
    """Let people out; who is not in it stays so. Raises as `subscribe`."""
    _check_floating(talk, wanted)
    guardians = {each.id for each in (*wanted.guardians, *people.main_contacts([each.id for each in wanted.students]))}
    with transaction():
        for person in wanted.staff:
            threads.remove_colleague(staff, talk.id, person.id)
        for member in _families(staff, talk):
            if member.place.guardian_id in guardians:
                threads.remove_member(staff, member.place.id)


def prefer(staff: Staff, talk: Conversation, values: Sequence[tuple[str, bool]]) -> None:
    """What a person wants of a channel: `notify` and `pin`."""
    with transaction():
        for name, is_wanted in values:
            if name == "notify":
                threads.mute(staff, talk.id, is_muted=not is_wanted)
                continue
            key = {"conversation_id": talk.id, "staff_id": staff.id}
            if is_wanted:
                first_or_new(ChannelPin, key)
            else:
                db.session.execute(delete(ChannelPin).filter_by(**key))


def set_texting(staff: Staff, talk: Conversation, *, is_active: bool, words: str, translations: dict[str, str]) -> None:
    """Let texts of this channel leave, or end that; with a first text where it begins. Raises Refused, and what the room refuses."""
    if talk.kind == ConversationKind.EACH:
        sentence = "Each guardian of this channel is texted in a channel of their own. Switch that one."
        raise Refused(Why.STATE, sentence, code="texts_leave_elsewhere")
    families = _families(staff, talk)
    was_active = any(member.place.pairing_deactivated_at is None for member in families)
    with transaction():
        for member in families:
            if is_active and member.place.pairing_deactivated_at is not None:
                threads.reactivate_pairing(staff, member.place.id)
            elif not is_active and member.place.pairing_deactivated_at is None:
                threads.deactivate_pairing(staff, member.place.id)
        words = words or preference_text(staff.district_id, talk.school_id, INITIAL_TEXT)
        if is_active and words and not was_active:
            threads.send(staff, talk.id, words, uuid=uuid4(), translations=translations, translated_by="staff" if translations else None)


def _guardians(staff: Staff, wanted: NewChannel) -> list[Guardian]:
    if wanted.group is not None:
        named = people.main_contacts([each.id for each in people.students_of(staff, wanted.group)])
    else:
        named = people.main_contacts([each.id for each in wanted.people.students])
    found = list({each.id: each for each in (*wanted.people.guardians, *named)}.values())
    if not found:
        raise Refused(Why.RULE, "A channel needs a family. Name a guardian, a student, or a group with students.", code="nobody_to_reach")
    return found


def _points(guardians: Sequence[Guardian]) -> list[int]:
    """Where they are texted. Raises Refused where nobody has any address."""
    points = people.points_of(guardians)
    if not points:
        raise Refused(Why.RULE, "None of these people has a phone number. Add one on the family's page first.", code="cannot_receive_texts")
    return [point.id for point in points.values()]


def _families(staff: Staff, talk: Conversation) -> list[Member]:
    return [member for member in channel(staff, talk).members if member.guardian is not None]


def _check_floating(talk: Conversation, wanted: Named) -> None:
    details = details_of(talk.id)
    if (details.section_id or details.group_id) and not details.is_floating and (wanted.guardians or wanted.students):
        sentence = "The families of this channel are those of its group. Open a floating channel to choose them one by one."
        raise Refused(Why.STATE, sentence, code="fixed_membership")


def _kept(conversation_id: int) -> ChannelDetails:
    """The row to write to, made if there is none. Belongs into a transaction."""
    return first_or_new(ChannelDetails, {"conversation_id": conversation_id})


def _link(details: ChannelDetails, group: Section | Group) -> None:
    is_class = isinstance(group, Section)
    details.section_id, details.group_id = (group.id, None) if is_class else (None, group.id)


def _rename(staff: Staff, talk: Conversation, value: Any, field: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise Refused(Why.RULE, "A name is a text that is not empty.", field=field)
    threads.rename(staff, talk.id, value)


def _label(_staff: Staff, talk: Conversation, value: Any, field: str) -> None:
    if value is not None and (not isinstance(value, str) or len(value) > LONGEST_LABEL):
        raise Refused(Why.RULE, f"A label is a text of at most {LONGEST_LABEL} characters, or null.", field=field)
    _kept(talk.id).label = value or None


def _events(_staff: Staff, talk: Conversation, value: Any, field: str) -> None:
    if not isinstance(value, bool):
        raise Refused(Why.RULE, "Events are shown or not: true or false.", field=field)
    _kept(talk.id).shows_events = value


def _subscription(_staff: Staff, talk: Conversation, value: Any, field: str) -> None:
    if value not in KINDS:
        raise Refused(Why.RULE, "A subscription is none, open or single.", field=field)
    if KINDS[value] != talk.kind:
        raise Refused(Why.STATE, "Who reads what is settled when a channel is opened. Open another one.", code="settled", field=field)


def _number(staff: Staff, talk: Conversation, value: Any, field: str) -> None:
    try:
        wanted = id_of(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(Why.RULE, "A number is named by its id.", field=field) from error
    threads.speak_from(staff, talk.id, number_id(staff, wanted))


_STEPS = {
    "/event-settings/enabled": _events,
    "/label": _label,
    "/name": _rename,
    "/subscription-type": _subscription,
    "/text-number-id": _number,
}
