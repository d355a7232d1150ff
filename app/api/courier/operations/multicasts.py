"""Templates, filled and sent: to a filtered audience, to named people and groups, to one person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.announcements.models import Announcement
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.models import Multicast
from app.api.courier.operations.messaging_bulk_messages import confirmed
from app.api.courier.queries import broadcasts as queries
from app.api.courier.queries import people
from app.api.courier.queries.organizations import homes_of, school_id_of, uuid_of
from app.api.courier.service import broadcasts as service
from app.api.courier.service.audiences import Chosen, colleagues, everybody, these
from app.api.courier.shapes import broadcasts as shapes
from app.api.courier.shapes.people import embedded_group
from app.api.refusals import Refused, Why
from app.core.errors import HomeroomError
from app.core.json_lists import lists

VALUE = "body/data/attributes/filter-value"


@face.operation("listMulticasts", scope=Scope.ANNOUNCE)
def list_multicasts(asked: Asked) -> Answer:
    """Newest first."""
    staff = acting(asked)
    query = queries.multicast_rows(staff, is_personal=False)
    query = query.where(*compared(Multicast.created_at, asked.query.get("filter[cmp-created-at]"), "query"))
    if template := asked.query.get("template-id"):
        query = query.where(Multicast.template == template)
    if group := asked.query.get("individual-group-id"):
        wanted = str(people.group(staff, jsonapi.id_of(group)).uuid)
        query = query.where(lists(Multicast.filters, wanted, under="individual-group-ids"))
    found, total = jsonapi.page_of(asked, query)
    return Answer(body=jsonapi.listing(_shown(asked, staff, found), asked, total))


@face.operation("createMulticast", scope=Scope.ANNOUNCE)
def create_multicast(asked: Asked) -> Answer:
    """To all families, all of the staff, groups or people."""
    staff, values = acting(asked), jsonapi.given(asked)
    school_id = school_id_of(staff, jsonapi.id_of(values["organization-id"]))
    chosen, filters = _filtered(staff, school_id, values["filter-type"], values.get("filter-value") or {})
    wanted = service.Asked(values["template-id"], values.get("data") or {}, filters, school_id, names_organization=True, is_personal=False)
    row = service.multicast(staff, wanted, chosen, confirmed=confirmed(asked))
    return _one(asked, staff, row.uuid, status=201)


@face.operation("getMulticast", scope=Scope.ANNOUNCE)
def get_multicast(asked: Asked) -> Answer:
    """One."""
    return _one(asked, acting(asked), jsonapi.path_id(asked))


@face.operation("listUserMulticasts", scope=Scope.ANNOUNCE)
def list_user_multicasts(asked: Asked) -> Answer:
    """What one person sent to named people, newest first."""
    staff = acting(asked)
    query = queries.multicast_rows(staff, is_personal=True).where(Multicast.staff_id == staff.id)
    found, total = jsonapi.page_of(asked, query)
    homes = homes_of(staff.district_id, {announcement.school_id for _row, announcement, _by in found})
    shown = [shapes.user_multicast(row, by, homes[announcement.school_id]) for row, announcement, by in found]
    return Answer(body=jsonapi.listing(shown, asked, total))


@face.operation("createUserMulticast", scope=Scope.ANNOUNCE)
def create_user_multicast(asked: Asked) -> Answer:
    """To people and groups by their ids."""
    staff, body = acting(asked), asked.body
    individuals, groups = jsonapi.ids_of(body.get("individual-ids")), jsonapi.ids_of(body.get("individual-group-ids"))
    return _ticket(
        staff, body["template-id"], body["template-data"], individuals=individuals, groups=groups, organization=body.get("organization-id")
    )


@face.operation("multicastToIndividual", scope=Scope.ANNOUNCE)
def multicast_to_individual(asked: Asked) -> Answer:
    """To one person."""
    body = asked.body
    return _ticket(
        acting(asked),
        body["template-id"],
        body["template-data"],
        individuals=[jsonapi.path_id(asked)],
        organization=body.get("organization-id"),
    )


@face.operation("multicastToUser", scope=Scope.ANNOUNCE)
def multicast_to_user(asked: Asked) -> Answer:
    """To one account of the staff, in the name of `individual-id`."""
    staff, body = acting(asked, asked.body.get("individual-id")), asked.body
    user = people.colleague(staff, jsonapi.path_id(asked))
    return _ticket(staff, body["template-id"], body.get("data") or {}, individuals=[user.uuid], organization=body.get("organization-id"))


@face.operation("validateMulticastParams", scope=Scope.ANNOUNCE)
def validate_multicast_params(asked: Asked) -> Answer:
    """What that would do; nothing is kept and nothing leaves."""
    staff, body = acting(asked, asked.body.get("individual-id")), asked.body
    user = people.colleague(staff, jsonapi.path_id(asked))
    school_id = school_id_of(staff, jsonapi.id_of(body["organization-id"]))
    wanted = service.Asked(body["template-id"], body["data"], {}, school_id, names_organization=True, is_personal=True)
    try:
        counted = service.rehearse(staff, wanted, these(staff, people.named(staff, [user.uuid])))
    except (HomeroomError, Refused) as error:
        return Answer(201, {"info": error.advice if isinstance(error, HomeroomError) else error.sentence, "success": False})
    return Answer(201, {"info": f"{counted.people} people, {counted.addresses} addresses", "success": True})


def _filtered(staff: Staff, school_id: int | None, kind: str, value: dict[str, Any]) -> tuple[Chosen, dict[str, Any]]:
    """An audience, and how it was asked for."""
    if kind == "all-participants":
        return everybody(staff, school_id), {"filter-type": kind}
    if kind == "all-providers":
        return colleagues(staff, school_id), {"filter-type": kind}
    name = "individual-group-ids" if kind == "individual-groups" else "individual-ids"
    ids = _ids(value, name)
    filters = {"filter-type": kind, name: [str(each) for each in ids]}
    if kind == "individual-groups":
        return these(staff, people.Named(), *people.groups(staff, ids)), filters
    return these(staff, people.named(staff, ids)), filters


def _ids(value: dict[str, Any], name: str) -> list[UUID]:
    try:
        ids = jsonapi.ids_of(value[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        ids = []
    if not ids:
        raise Refused(Why.RULE, f"Name them as {name}: a list of ids.", field=VALUE)
    return ids


def _ticket(
    staff: Staff, template: str, data: dict[str, Any], *, individuals: Sequence[UUID], groups: Sequence[UUID] = (), organization: object
) -> Answer:
    school_id = school_id_of(staff, jsonapi.id_or_none(organization))
    sections, saved = people.groups(staff, groups)
    filters = {"individual-ids": [str(each) for each in individuals], "individual-group-ids": [str(each) for each in groups]}
    wanted = service.Asked(template, data, filters, school_id, names_organization=organization is not None, is_personal=True)
    row = service.multicast(staff, wanted, these(staff, people.named(staff, individuals), sections, saved))
    return Answer(201, shapes.ticket(row, service.of(row)))


def _one(asked: Asked, staff: Staff, uuid: UUID, *, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(_shown(asked, staff, [queries.multicast_named(staff, uuid)])[0]))


def _shown(asked: Asked, staff: Staff, rows: Sequence[tuple[Multicast, Announcement, Staff]]) -> list[jsonapi.Resource]:
    shown = [shapes.multicast(*row) for row in rows]
    if asked.query.get("include-individual-ids", False):
        for (row, _announcement, _author), shape in zip(rows, shown, strict=True):
            shape["attributes"]["individual-ids"] = row.filters.get("individual-ids") or []
    if asked.query.get("include-individual-group", False):
        named = [shape["attributes"]["individual-group-id"] for shape in shown]
        groups = {each: _group(staff, UUID(each)) for each in dict.fromkeys(named) if each}  # of a page, each once
        for name, shape in zip(named, shown, strict=True):
            shape["attributes"]["individual-group"] = groups.get(name)
    return shown


def _group(staff: Staff, uuid: UUID) -> dict[str, Any]:
    group = people.group(staff, uuid)
    organization = uuid_of(group.district_id, group.school_id)
    return embedded_group(group, organization, people.students_of(staff, group), people.leaders_of(group))
