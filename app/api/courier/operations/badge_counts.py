"""Numbers beside icons: what is unread, and what other systems count."""

from typing import Any

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting, acting_as_owner
from app.api.courier.comparators import moment_from
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import BadgeCount
from app.api.courier.queries.counts import badge_named, last_arrival, number_of
from app.api.courier.queries.organizations import school_id_of, uuid_of
from app.api.courier.service.badges import Wanted, badges_of, set_badges
from app.api.courier.shapes import users as shapes
from app.api.refusals import Refused, Why

LARGEST = 2**31 - 1


@face.operation("listBadgeCounts", scope=Scope.READ_TEXTS)
def list_badge_counts(asked: Asked) -> Answer:
    """One for each kind."""
    staff = acting(asked)
    school_id = school_id_of(staff, jsonapi.id_or_none(asked.query.get("organization-id")))
    found = [_shown(staff, each) for each in badges_of(staff, school_id)]
    return Answer(body={"data": found, "meta": {"page[total]": len(found)}})


@face.operation("getBadgeCount", scope=Scope.READ_TEXTS)
def get_badge_count(asked: Asked) -> Answer:
    """One of somebody as whom the caller may act."""
    badge = badge_named(jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_shown(acting_as_owner(asked, badge.staff_id), badge)))


@face.operation("setBadgeCount", scope=Scope.SEND_TEXTS)
def set_badge_count(asked: Asked) -> Answer:
    """One that the house does not count itself."""
    wanted = _wanted(asked, jsonapi.given(asked), "body/data/attributes")
    (badge,) = set_badges([wanted])
    return Answer(201, jsonapi.document(_shown(wanted.staff, badge)))


@face.operation("setBadgeCounts", scope=Scope.SEND_TEXTS)
def set_badge_counts(asked: Asked) -> Answer:
    """All of them, or none."""
    place = "body/data/attributes/values"
    set_badges([_wanted(asked, each, f"{place}/{number}") for number, each in enumerate(jsonapi.given(asked)["values"])])
    return Answer(201, None)


def _wanted(asked: Asked, values: dict[str, Any], place: str) -> Wanted:
    for name in ("individual-id", "type", "count"):
        if name not in values:
            raise Refused(Why.RULE, f"A badge needs {name}.", field=f"{place}/{name}")
    if values["count"] > LARGEST:
        raise Refused(Why.RULE, f"At most {LARGEST:,}.", field=f"{place}/count")
    staff = acting(asked, values["individual-id"])
    school_id = school_id_of(staff, jsonapi.id_or_none(values.get("organization-id")))
    at = moment_from(values["timestamp"], f"{place}/timestamp") if "timestamp" in values else None
    return Wanted(staff, values["type"], values["count"], school_id, at, f"{place}/type")


def _shown(staff: Staff, badge: BadgeCount) -> Resource:
    arrived = last_arrival(staff, badge.school_id or None) if badge.kind == "message" else None
    home = uuid_of(staff.district_id, badge.school_id or None)
    return shapes.badge(badge, staff.uuid, home, number=number_of(staff, badge), arrived_at=arrived)
