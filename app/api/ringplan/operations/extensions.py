"""Telephone systems and extensions. They are kept here; where a FreePBX stands behind them it is told first, and 502 when it fails."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.identifiers import within_id24
from app.api.refusals import Refused, Why
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face, is_primary
from app.api.ringplan.paging import paged
from app.api.ringplan.queries.users import shown, user_named
from app.api.ringplan.shapes import extensions as shapes
from app.api.ringplan.writing import told_uuid
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import School
from app.pbx import freepbx, queries, service
from app.pbx.models import PbxExtension, PbxInstance
from app.pbx.queries import Narrowed
from app.pbx.service import Wish


@face.operation("listInstances", scope=Scope.READ_PEOPLE)
def list_instances(asked: Asked) -> Answer:
    """Each company has one."""
    company = company_of(asked.staff)
    return Answer(body=[shapes.instance(service.instance_for(asked.staff.district_id), company, _host())])


@face.operation("listInstanceExtensions", scope=Scope.READ_PEOPLE)
def list_extensions(asked: Asked) -> Answer:
    """By the page."""
    items, total, page, size = _page(asked)
    return paged(items, total, page=page, size=size)


@face.operation("findExtensions", scope=Scope.READ_PEOPLE)
def find_extensions(asked: Asked) -> Answer:
    """The same without headers."""
    return Answer(body=_page(asked)[0])


@face.operation("listUserExtensions", scope=Scope.READ_PEOPLE)
def list_user_extensions(asked: Asked) -> Answer:
    """Of one person."""
    person = user_named(asked.staff, asked.path["contact_id"])
    instance = service.instance_for(asked.staff.district_id)
    rows = queries.of_person(person.id, asked.staff.district_id, asked.query.get("purpose"))
    return Answer(body=_shown(asked, instance, rows))


@face.operation("createExtension", scope=Scope.MANAGE)
def create_extension(asked: Asked) -> Answer:
    """A new one."""
    instance, wish = _instance(asked), _wish(asked)
    made = service.add(asked.staff, instance, wish)
    return Answer(HTTPStatus.CREATED, _shown(asked, instance, [queries.row_of(made)])[0])


@face.operation("updateExtension", scope=Scope.MANAGE)
def update_extension(asked: Asked) -> Answer:
    """All of it is replaced."""
    instance, wish = _instance(asked), _wish(asked)
    changed = service.replace(asked.staff, _extension(asked, instance), wish)
    return Answer(body=_shown(asked, instance, [queries.row_of(changed)])[0])


@face.operation("deleteExtension", scope=Scope.MANAGE)
def delete_extension(asked: Asked) -> Answer:
    """Here and there."""
    service.delete(asked.staff, _extension(asked, _instance(asked)))
    return Answer(HTTPStatus.NO_CONTENT)


@face.operation("checkExtension", scope=Scope.READ_PEOPLE)
def check_extension(asked: Asked) -> Answer:
    """Whether number and person are free."""
    service.check(asked.staff, _instance(asked), asked.body["id"], asked.body["email"])
    return Answer(body={})


@face.operation("getExtensionConfig", scope=Scope.READ_PEOPLE)
def get_config(asked: Asked) -> Answer:
    """For whose phone it is, by keys that call; and for the primary user, by keys that manage: it holds a password."""
    instance = queries.instance_visible_to(asked.staff, told_uuid(asked.query["instance_uuid"]))
    which = within_id24(PbxExtension.uuid, asked.query["extension_id"])
    found = queries.extension_visible_to(asked.staff, which, instance)
    if found.staff_id != asked.staff.id and not is_primary(asked.caller):
        raise NotVisible
    if not asked.caller.may(Scope.MANAGE) and not (found.staff_id == asked.staff.id and asked.caller.may(Scope.CALL)):
        raise Refused(Why.NOT_ALLOWED, "Passwords of phones need a key with the scope manage, or, for one's own phone, call.", code="scope")
    return Answer(body=shapes.config(found, secret=service.secret_for(found), host=_host()))


def _page(asked: Asked) -> tuple[list[dict[str, Any]], int, int, int]:
    instance, query = _instance(asked), asked.query
    narrowed = Narrowed(query.get("filter_by"), query.get("search", ""), by_user="by_user" in query)
    page, size = query["page"], query["page_size"]
    rows, total = queries.listed(instance.id, narrowed, page=page, size=size)
    return _shown(asked, instance, rows), total, page, size


def _instance(asked: Asked) -> PbxInstance:
    return queries.instance_visible_to(asked.staff, told_uuid(asked.path["instance_uuid"]))


def _extension(asked: Asked, instance: PbxInstance) -> PbxExtension:
    return queries.extension_visible_to(asked.staff, within_id24(PbxExtension.uuid, asked.path["extension_id"]), instance)


def _shown(asked: Asked, instance: PbxInstance, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of (extension, whose it is); a fixed number of queries."""
    owners: list[Staff] = [row[1] for row in rows if row[1] is not None]
    users = dict(zip([one.id for one in owners], shown(asked.staff, owners), strict=True)) if owners else {}
    wanted = {row[0].school_id for row in rows} - {None}
    found = db.session.execute(select(School.id, School.uuid).where(School.id.in_(wanted))) if wanted else ()
    places = {row.id: row.uuid for row in found}
    opens = asked.caller.may(Scope.MANAGE) and is_primary(asked.caller)
    return [
        shapes.extension(
            one, pbx=instance.uuid, location=places.get(one.school_id), user=users.get(one.staff_id), shows_secrets=opens
        )
        for one, _owner in rows
    ]  # fmt: skip


def _wish(asked: Asked) -> Wish:
    body: dict[str, Any] = asked.body
    data = body["data"]
    place = None
    if "location_id" in body:
        mine = (School.district_id == asked.staff.district_id, within_id24(School.uuid, body["location_id"]))
        place = db.session.scalar(select(School.id).where(*mine))
        if place is None:
            raise Refused(Why.RULE, "There is no such location. GET /company/locations lists them.", field="body/location_id")
    return Wish(data["id"], data["name"], place, body.get("purpose"), data)


def _host() -> str:
    return freepbx.host_of(current_app.extensions["settings"])
