"""The bell menu."""

from collections.abc import Sequence

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting, acting_as_owner
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import UserNotification
from app.api.courier.queries import users as queries
from app.api.courier.queries.organizations import homes_of, school_id_of
from app.api.courier.service import users as service
from app.api.courier.shapes import users as shapes
from app.core.database import db


@face.operation("listUserNotifications", scope=Scope.READ_TEXTS)
def list_user_notifications(asked: Asked) -> Answer:
    """Newest first. One that was acknowledged is inactive, and stands in the list where inactive or acknowledged ones are wanted."""
    staff = acting(asked)
    query = queries.notification_rows(staff)
    acknowledged = asked.query.get("acknowledged")
    is_seen = UserNotification.acknowledged_at.is_not(None)
    if acknowledged is not None:
        query = query.where(is_seen if acknowledged else ~is_seen)
    elif not asked.query.get("include[inactive]", False):
        query = query.where(~is_seen)
    if category := asked.query.get("filter[category]"):
        query = query.where(UserNotification.category == category)
    school_id = school_id_of(staff, jsonapi.id_or_none(asked.query.get("organization-id")))
    if school_id is not None:
        query = query.where(UserNotification.school_id == school_id)
    return Answer(body=jsonapi.page(asked, query, lambda rows: _shown(rows, staff)))


@face.operation("getUserNotification", scope=Scope.READ_TEXTS)
def get_user_notification(asked: Asked) -> Answer:
    """One of somebody as whom the caller may act."""
    notification, owner = _named(asked)
    return Answer(body=jsonapi.document(_shown([notification], owner)[0]))


@face.operation("acknowledgeNotification", scope=Scope.READ_TEXTS)
def acknowledge_notification(asked: Asked) -> Answer:
    """Seen, and the earlier ones where that is wanted."""
    notification, owner = _named(asked)
    service.acknowledge(notification, with_earlier=asked.body.get("ack-previous", False))
    fresh = db.session.scalars(queries.notification_rows(owner).where(UserNotification.id == notification.id)).one()
    return Answer(201, jsonapi.document(_shown([fresh], owner)[0]))


@face.operation("listNotificationCounts", scope=Scope.READ_TEXTS)
def list_notification_counts(asked: Asked) -> Answer:
    """Of each person and day; without the right to look after the staff, one's own."""
    staff = acting(asked)
    conditions = compared(UserNotification.created_at, asked.query.get("filter[cmp-created-at]"), "query")
    found, total = queries.counts_of(staff, conditions, limit=jsonapi.limit_of(asked), offset=jsonapi.offset_of(asked))
    return Answer(body=jsonapi.listing([shapes.count(*each) for each in found], asked, total))


def _named(asked: Asked) -> tuple[UserNotification, Staff]:
    notification = queries.notification_anywhere(asked.staff, jsonapi.path_id(asked))
    return notification, acting_as_owner(asked, notification.staff_id)


def _shown(rows: Sequence[UserNotification], owner: Staff) -> list[Resource]:
    homes = homes_of(owner.district_id, {each.school_id for each in rows})
    return [shapes.notification(each, owner, homes[each.school_id]) for each in rows]
