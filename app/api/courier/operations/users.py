"""Accounts of the staff, and the browsers that they are notified in."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import UserDevice
from app.api.courier.queries import people
from app.api.courier.queries import users as queries
from app.api.courier.queries.identifiers import uuids_of
from app.api.courier.service import users as service
from app.api.courier.service.notifying import ways_of_each
from app.api.courier.shapes import users as shapes
from app.api.refusals import Refused, Why
from app.core.database import db
from app.directory.models import District, School


@face.operation("listUsers", scope=Scope.READ_PEOPLE)
def list_users(asked: Asked) -> Answer:
    """By name."""
    staff = acting(asked)
    query = queries.user_rows(staff)
    for name in ("filter[email]", "filter[username]"):
        if wanted := asked.query.get(name):
            query = query.where(func.lower(Staff.email) == wanted.lower())
    if individual := asked.query.get("filter[individual-id]"):
        query = query.where(Staff.uuid == jsonapi.id_of(individual))
    found, total = jsonapi.page_of(asked, query)
    return Answer(body=jsonapi.listing(_all_shown(found), asked, total))


@face.operation("getUser", scope=Scope.READ_PEOPLE)
def get_user(asked: Asked) -> Answer:
    """One."""
    return _one(queries.user_named(acting(asked), jsonapi.path_id(asked)))


@face.operation("updateUser", scope=Scope.WRITE_PEOPLE)
def update_user(asked: Asked) -> Answer:
    """By which ways they are notified: of oneself, or of whom the caller may act as."""
    user = queries.user_named(acting(asked), jsonapi.path_id(asked))
    person = acting(asked, user.uuid)
    service.prefer(person, jsonapi.given(asked)["notifications"])
    return _one(person)


@face.operation("listUserDevices", scope=Scope.READ_PEOPLE)
def list_user_devices(asked: Asked) -> Answer:
    """One's own; all of those whom one looks after where that is wanted."""
    staff = acting(asked)
    of_all = asked.query.get("all-users", False)
    if of_all and not queries.looks_after(staff):
        raise Refused(Why.NOT_ALLOWED, "Only who looks after the staff sees the devices of others.", code="role")
    query = queries.device_rows(staff, of_all=of_all)
    columns = {
        "filter[app-name]": UserDevice.app_name, "filter[app-version]": UserDevice.app_version, "filter[model]": UserDevice.model,
        "filter[type]": UserDevice.kind, "token": UserDevice.token,
    }  # fmt: skip
    for name, column in columns.items():
        if (wanted := asked.query.get(name)) is not None:
            query = query.where(column == wanted)
    if individual := asked.query.get("filter[individual-id]"):
        query = query.where(UserDevice.staff_id == people.colleague(staff, jsonapi.id_of(individual)).id)
    return Answer(body=jsonapi.page(asked, query, _devices))


@face.operation("registerUserDevice", scope=Scope.READ_TEXTS)
def register_user_device(asked: Asked) -> Answer:
    """The same token again renews what is known of it."""
    values = jsonapi.given(asked)
    device = service.register_device(acting(asked, values.get("individual-id")), values)
    return Answer(201, jsonapi.document(_devices([device])[0]))


@face.operation("listUserDeviceLogs", scope=Scope.READ_PEOPLE)
def list_user_device_logs(asked: Asked) -> Answer:
    """What it was told, newest first."""
    device = queries.device_named(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.page(asked, queries.pushed_to(device), lambda rows: [shapes.device_log(each) for each in rows]))


def _one(person: Staff) -> Answer:
    return Answer(body=jsonapi.document(_all_shown([person])[0]))


def _all_shown(people: list[Staff]) -> list[Resource]:
    """A page of them, in a fixed number of queries. Somebody's zone is that of their first school, else the district's."""
    wishes = ways_of_each([person.id for person in people])
    first = {person.id: min(person.school_ids) for person in people if person.school_ids}
    zones = {row[0]: row[1] for row in db.session.execute(select(School.id, School.time_zone).where(School.id.in_(set(first.values()))))}
    usual = {each: db.session.get_one(District, each).time_zone for each in {person.district_id for person in people}}
    return [shapes.user(person, wishes[person.id], zones.get(first.get(person.id, 0), usual[person.district_id])) for person in people]


def _devices(rows: Sequence[UserDevice]) -> list[Resource]:
    owners = uuids_of(Staff, {each.staff_id for each in rows})
    return [shapes.device(each, owners[each.staff_id]) for each in rows]
