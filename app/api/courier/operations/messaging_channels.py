"""Channels: conversations, opened, found, shaped and put away."""

from typing import Any

from sqlalchemy import not_

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.queries import people
from app.api.courier.queries.channels import (
    channel,
    channel_rows,
    channels,
    conversation_named,
    has_member,
    is_floating,
    is_of_group,
    page_of,
)
from app.api.courier.queries.organizations import school_id_of, uuid_of
from app.api.courier.service import channels as service
from app.api.courier.service.channels import NewChannel
from app.api.courier.shapes import channels as shapes
from app.api.courier.shapes.people import embedded_group
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationState
from app.core.errors import NotVisible

_TRUTHS = {"true": True, "false": False}


@face.operation("listChannels", scope=Scope.READ_TEXTS)
def list_channels(asked: Asked) -> Answer:
    """What moved last comes first."""
    staff = acting(asked)
    query = channel_rows(staff).order_by(Conversation.last_message_id.desc(), Conversation.id.desc())
    query = query.where(*compared(Conversation.last_message_at, asked.query.get("filter[cmp-last-modified-time]"), "query"))
    if (archived := asked.query.get("filter[archived]")) is not None:
        is_put_away = Conversation.state == ConversationState.DONE
        query = query.where(is_put_away if archived else not_(is_put_away))
    if (floating := asked.query.get("filter[floating]")) is not None:
        query = query.where(is_floating() if floating else not_(is_floating()))
    if group := asked.query.get("filter[individual-group-id]"):
        query = query.where(is_of_group(people.group(staff, jsonapi.id_of(group))))
    if organization := asked.query.get("organization-id"):
        school_id = school_id_of(staff, jsonapi.id_of(organization))
        query = query if school_id is None else query.where(Conversation.school_id == school_id)
    if member := asked.query.get("participant-id"):
        query = query.where(has_member(jsonapi.id_of(member)))
    found, total = page_of(asked, query)
    return Answer(body=jsonapi.listing(_shown(asked, staff, found), asked, total))


@face.operation("createChannel", scope=Scope.SEND_TEXTS)
def create_channel(asked: Asked) -> Answer:
    """For a group or for named people; one guardian and one person of the staff have one channel, which is found again."""
    staff, values = acting(asked), jsonapi.given(asked)
    group = values.get("individual-group-id")
    wanted = NewChannel(
        school_id=school_id_of(staff, jsonapi.id_of(values["organization-id"])),
        group=people.group(staff, jsonapi.id_of(group)) if group else None,
        people=people.named(staff, jsonapi.ids_of(values.get("individual-ids"))),
        subscription=values.get("subscription-type"),
        name=values.get("name") or "",
        label=values.get("label"),
        is_floating=values.get("floating", False),
        shows_events=values.get("event-settings", {}).get("enabled", False),
        number=jsonapi.id_or_none(values.get("text-number-id")),
    )
    return _one(asked, staff, service.open_channel(staff, wanted), status=201)


@face.operation("getChannel", scope=Scope.READ_TEXTS)
def get_channel(asked: Asked) -> Answer:
    """One, with its group where that is wanted."""
    staff = acting(asked)
    return _one(asked, staff, _named(asked, staff), with_group=asked.query.get("include-individual-group", False))


@face.operation("updateChannel", scope=Scope.SEND_TEXTS)
def update_channel(asked: Asked) -> Answer:
    """All of the replacements, or none."""
    staff = acting(asked)
    talk = _named(asked, staff)
    steps: Any = jsonapi.given(asked)
    service.change_channel(staff, talk, steps)
    return _one(asked, staff, talk)


@face.operation("archiveChannel", scope=Scope.SEND_TEXTS)
def archive_channel(asked: Asked) -> Answer:
    """Done: a guardian's next text brings it back."""
    staff = acting(asked)
    talk = _named(asked, staff)
    threads.finish(staff, talk.id)
    return _one(asked, staff, talk, status=201)


@face.operation("unarchiveChannel", scope=Scope.SEND_TEXTS)
def unarchive_channel(asked: Asked) -> Answer:
    """Open again."""
    staff = acting(asked)
    talk = _named(asked, staff)
    threads.reopen(staff, talk.id)
    return _one(asked, staff, talk, status=201)


@face.operation("getChannelProfile", scope=Scope.READ_TEXTS)
def get_channel_profile(asked: Asked) -> Answer:
    """A member's picture. The house keeps none of people, so the photo is null."""
    staff = acting(asked)
    wanted = jsonapi.id_of(asked.query["profile-individual-id"])
    talk = _named(asked, staff)
    members = channel(staff, talk).members
    if not any(person.uuid == wanted for member in members for person in (member.staff, member.guardian) if person):
        raise NotVisible
    return Answer(body={"data": jsonapi.resource("individual-profiles", wanted, {"photo": None})})


@face.operation("setChannelPreferences", scope=Scope.SEND_TEXTS)
def set_channel_preferences(asked: Asked) -> Answer:
    """`notify` and `pin`, each true or false."""
    staff = acting(asked, asked.body.get("individual-id"))
    talk = _named(asked, staff)
    values = []
    for place, each in enumerate(asked.body["values"]):
        if each["value"] not in _TRUTHS:
            raise Refused(Why.RULE, "A preference is true or false.", field=f"body/values/{place}/value")
        values.append((each["name"], _TRUTHS[each["value"]]))
    service.prefer(staff, talk, values)
    return _one(asked, staff, talk, status=201)


@face.operation("setChannelSms", scope=Scope.SEND_TEXTS)
def set_channel_sms(asked: Asked) -> Answer:
    """Whether texts of this channel leave, with a first one."""
    staff = acting(asked)
    talk = _named(asked, staff)
    by_locale = by_language(asked.body.get("initial-message-js"))
    words = asked.body.get("initial-message") or by_locale.get("en") or next(iter(by_locale.values()), "")
    service.set_texting(
        staff, talk, is_active=asked.body["active"], words=words, translations={k: v for k, v in by_locale.items() if v != words}
    )
    return _one(asked, staff, talk, status=201)


@face.operation("subscribeToChannel", scope=Scope.SEND_TEXTS)
def subscribe_to_channel(asked: Asked) -> Answer:
    """Named people; nobody named means the caller."""
    staff = acting(asked)
    talk = _named(asked, staff)
    service.subscribe(staff, talk, people.named(staff, jsonapi.ids_of(asked.body.get("individual-ids")) or [staff.uuid]))
    return _one(asked, staff, talk, status=201)


@face.operation("unsubscribeFromChannel", scope=Scope.SEND_TEXTS)
def unsubscribe_from_channel(asked: Asked) -> Answer:
    """The same the other way. What is shown is the channel as it was seen with that right."""
    staff = acting(asked)
    talk = _named(asked, staff)
    service.unsubscribe(staff, talk, people.named(staff, jsonapi.ids_of(asked.body.get("individual-ids")) or [staff.uuid]))
    return Answer(201, jsonapi.document(shapes.channel(channel(staff, talk))))


def by_language(texts: dict[str, str] | None) -> dict[str, str]:
    """Words by language out of words by locale."""
    return {locale.partition("_")[0]: words for locale, words in (texts or {}).items() if words.strip()}


def _named(asked: Asked, staff: Staff) -> Conversation:
    return conversation_named(staff, jsonapi.path_id(asked))


def _one(asked: Asked, staff: Staff, talk: Conversation, *, status: int = 200, with_group: bool = False) -> Answer:
    seen = channel(staff, conversation_named(staff, talk.uuid))
    embedded = None
    if with_group and seen.group is not None:
        group = seen.group
        organization = uuid_of(group.district_id, group.school_id)
        embedded = embedded_group(group, organization, people.students_of(staff, group), people.leaders_of(group))
    shape = shapes.channel(seen, use_group_name=asked.query.get("use-group-name", True), embedded=embedded)
    return Answer(status, jsonapi.document(shape))


def _shown(asked: Asked, staff: Staff, found: list[Conversation]) -> list[jsonapi.Resource]:
    by_group = asked.query.get("use-group-name", True)
    return [shapes.channel(each, use_group_name=by_group) for each in channels(staff, found)]
