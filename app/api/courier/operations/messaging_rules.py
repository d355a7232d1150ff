"""Plugins, responders, announcers and maintenance of channels."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import Announcer, MessagingOperation, Plugin, Responder
from app.api.courier.queries import people
from app.api.courier.queries.channels import conversation_named
from app.api.courier.queries.identifiers import uuids_of
from app.api.courier.queries.organizations import homes_of, school_id_of
from app.api.courier.queries.rules import rule_named, rule_rows
from app.api.courier.service import rules as service
from app.api.courier.service.expanding import expand
from app.api.courier.service.moving import move_group
from app.api.courier.shapes import rules as shapes
from app.core.database import db
from app.core.search_text import fold
from app.directory.models import Group, Section


@face.operation("listMessagingPlugins", scope=Scope.READ_TEXTS)
def list_plugins(asked: Asked) -> Answer:
    """By name."""
    staff = acting(asked)
    query = _of_organization(asked, staff, rule_rows(Plugin, staff), Plugin)
    if name := asked.query.get("filter[name]"):
        query = query.where(Plugin.name == name)
    if kind := asked.query.get("filter[type]"):
        query = query.where(Plugin.kind == kind)
    return _page(asked, query.order_by(Plugin.name, Plugin.id))


@face.operation("createMessagingPlugin", scope=Scope.MANAGE)
def create_plugin(asked: Asked) -> Answer:
    """On from the beginning."""
    return _create(asked, Plugin)


@face.operation("getMessagingPlugin", scope=Scope.READ_TEXTS)
def get_plugin(asked: Asked) -> Answer:
    """One."""
    return _one(rule_named(Plugin, acting(asked), jsonapi.path_id(asked)))


@face.operation("updateMessagingPlugin", scope=Scope.MANAGE)
def update_plugin(asked: Asked) -> Answer:
    """Changed."""
    return _change(asked, Plugin)


@face.operation("enableMessagingPlugin", scope=Scope.MANAGE)
def enable_plugin(asked: Asked) -> Answer:
    """On."""
    return _switch(asked, Plugin, is_on=True)


@face.operation("disableMessagingPlugin", scope=Scope.MANAGE)
def disable_plugin(asked: Asked) -> Answer:
    """Off."""
    return _switch(asked, Plugin, is_on=False)


@face.operation("expandMessagingPlugin", scope=Scope.READ_TEXTS)
def expand_plugin(asked: Asked) -> Answer:
    """Its words for a channel."""
    staff = acting(asked)
    plugin = rule_named(Plugin, staff, jsonapi.path_id(asked))
    talk = conversation_named(staff, jsonapi.id_of(asked.body["channel-id"]))
    return Answer(201, {"message": expand(staff, plugin, talk)})


@face.operation("listResponders", scope=Scope.READ_TEXTS)
def list_responders(asked: Asked) -> Answer:
    """As they were made, unless another order is wanted."""
    staff = acting(asked)
    query = _of_organization(asked, staff, rule_rows(Responder, staff), Responder)
    query = query.where(*compared(Responder.start_at, asked.query.get("filter[cmp-start-at]"), "query"))
    query = query.where(*compared(Responder.end_at, asked.query.get("filter[cmp-end-at]"), "query"))
    if (enabled := asked.query.get("filter[enabled]")) is not None:
        query = query.where(Responder.is_enabled.is_(enabled))
    if named := asked.query.get("filter[individual-group-id]"):
        group = people.group(staff, jsonapi.id_of(named))
        query = query.where((Responder.section_id if isinstance(group, Section) else Responder.group_id) == group.id)
    columns = {"created-at": Responder.created_at, "end-at": Responder.end_at, "start-at": Responder.start_at}
    for key in asked.query.get("sort") or ():
        column = columns[key.removeprefix("-")]
        query = query.order_by(column.desc().nulls_last() if key.startswith("-") else column.asc().nulls_last())
    return _page(asked, query.order_by(Responder.id))


@face.operation("createResponder", scope=Scope.MANAGE)
def create_responder(asked: Asked) -> Answer:
    """On from the beginning."""
    return _create(asked, Responder)


@face.operation("getResponder", scope=Scope.READ_TEXTS)
def get_responder(asked: Asked) -> Answer:
    """One."""
    return _one(rule_named(Responder, acting(asked), jsonapi.path_id(asked)))


@face.operation("updateResponder", scope=Scope.MANAGE)
def update_responder(asked: Asked) -> Answer:
    """Changed; null clears its beginning or its end."""
    return _change(asked, Responder)


@face.operation("enableResponder", scope=Scope.MANAGE)
def enable_responder(asked: Asked) -> Answer:
    """On."""
    return _switch(asked, Responder, is_on=True)


@face.operation("disableResponder", scope=Scope.MANAGE)
def disable_responder(asked: Asked) -> Answer:
    """Off."""
    return _switch(asked, Responder, is_on=False)


@face.operation("listAnnouncers", scope=Scope.READ_TEXTS)
def list_announcers(asked: Asked) -> Answer:
    """By name."""
    staff = acting(asked)
    query = _of_organization(asked, staff, rule_rows(Announcer, staff), Announcer)
    if words := fold(asked.query.get("filter[name]") or ""):
        names = db.session.execute(query.with_only_columns(Announcer.id, Announcer.name))
        query = query.where(Announcer.id.in_([number for number, name in names if words in fold(name)]))
    return _page(asked, query.order_by(Announcer.name, Announcer.id))


@face.operation("createAnnouncer", scope=Scope.MANAGE)
def create_announcer(asked: Asked) -> Answer:
    """Tells from now on."""
    return _create(asked, Announcer)


@face.operation("getAnnouncer", scope=Scope.READ_TEXTS)
def get_announcer(asked: Asked) -> Answer:
    """One."""
    return _one(rule_named(Announcer, acting(asked), jsonapi.path_id(asked)))


@face.operation("updateAnnouncer", scope=Scope.MANAGE)
def update_announcer(asked: Asked) -> Answer:
    """Changed."""
    return _change(asked, Announcer)


@face.operation("listMessagingOperations", scope=Scope.MANAGE)
def list_operations(asked: Asked) -> Answer:
    """Newest first."""
    staff = acting(asked)
    query = _of_organization(asked, staff, rule_rows(MessagingOperation, staff), MessagingOperation)
    if kind := asked.query.get("filter[type]"):
        query = query.where(MessagingOperation.kind == kind)
    return Answer(body=jsonapi.page(asked, query.order_by(MessagingOperation.id.desc()), lambda rows: _operations(asked, rows)))


@face.operation("createMessagingOperation", scope=Scope.MANAGE)
def create_operation(asked: Asked) -> Answer:
    """Done at once."""
    staff, values = acting(asked), jsonapi.given(asked)
    made = move_group(staff, school_id_of(staff, jsonapi.id_of(values["organization-id"])), values["args"])
    return Answer(201, jsonapi.document(_operations(asked, [made])[0]))


@face.operation("getMessagingOperation", scope=Scope.MANAGE)
def get_operation(asked: Asked) -> Answer:
    """One, and what it did."""
    found = rule_named(MessagingOperation, acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_operations(asked, [found])[0]))


def _of_organization(asked: Asked, staff: Staff, query: Select[Any], kind: Any) -> Select[Any]:
    """A school's own; the district's are all."""
    organization = asked.query.get("organization-id")
    school_id = school_id_of(staff, jsonapi.id_or_none(organization))
    return query if school_id is None else query.where(kind.school_id == school_id)


def _create(asked: Asked, kind: type[Plugin | Responder | Announcer]) -> Answer:
    staff, values = acting(asked), jsonapi.given(asked)
    school_id = school_id_of(staff, jsonapi.id_of(values["organization-id"]))
    rule: Any = kind(district_id=staff.district_id, school_id=school_id, created_by_id=staff.id)
    if isinstance(rule, Responder):
        rule.hours = []
    return _one(service.keep(asked.caller, staff, rule, values), status=201)


def _change(asked: Asked, kind: Any) -> Answer:
    staff = acting(asked)
    rule = rule_named(kind, staff, jsonapi.path_id(asked))
    return _one(service.keep(asked.caller, staff, rule, jsonapi.given(asked)))


def _switch(asked: Asked, kind: Any, *, is_on: bool) -> Answer:
    staff = acting(asked)
    rule = rule_named(kind, staff, jsonapi.path_id(asked))
    service.switch(staff, rule, is_on=is_on)
    return _one(rule_named(kind, staff, rule.uuid), status=201)


def _page(asked: Asked, query: Select[Any]) -> Answer:
    return Answer(body=jsonapi.page(asked, query, _shown))


def _one(rule: Any, *, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(_shown([rule])[0]))


def _shown(rules: Sequence[Plugin | Responder | Announcer]) -> list[Resource]:
    """Of one district, in five queries."""
    homes = homes_of(rules[0].district_id, {rule.school_id for rule in rules}) if rules else {}
    people = uuids_of(Staff, {number for rule in rules for number in (rule.created_by_id, rule.changed_by_id)})
    answering = [rule for rule in rules if isinstance(rule, Responder)]
    sections = uuids_of(Section, {rule.section_id for rule in answering})
    groups = uuids_of(Group, {rule.group_id for rule in answering})
    shown = []
    for rule in rules:
        home, by, changed_by = homes[rule.school_id], people.get(rule.created_by_id or 0), people.get(rule.changed_by_id or 0)
        if isinstance(rule, Plugin):
            shown.append(shapes.plugin(rule, home, by, changed_by))
        elif isinstance(rule, Announcer):
            shown.append(shapes.announcer(rule, home, by, changed_by))
        else:
            group = sections.get(rule.section_id or 0) or groups.get(rule.group_id or 0)
            shown.append(shapes.responder(rule, home, by, changed_by, group))
    return shown


def _operations(asked: Asked, rows: Sequence[MessagingOperation]) -> list[Resource]:
    homes = homes_of(asked.caller.district_id, {each.school_id for each in rows})
    people, with_args = uuids_of(Staff, {each.created_by_id for each in rows}), asked.query.get("include-args", False)
    return [shapes.operation(each, homes[each.school_id], people[each.created_by_id], with_args=with_args) for each in rows]
