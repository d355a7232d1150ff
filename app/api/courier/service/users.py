"""What is kept for a person: devices, acknowledgements, and by which ways they want to hear."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Staff
from app.api.courier.models import UserDevice, UserNotification, UserPreference
from app.api.courier.service.notifying import WAYS
from app.api.refusals import Refused, Why
from app.core.clock import now
from app.core.database import db, transaction
from app.core.first_or_new import first_or_new

MOST_DEVICES = 50


def register_device(staff: Staff, values: Mapping[str, Any]) -> UserDevice:
    """Keep a browser, or renew what is known of it. Raises Refused for phones, whose apps the house has not."""
    if values["type"] != "web":
        sentence = "Homeroom runs in browsers and has no native apps, so nothing can be pushed there. Register the type web."
        raise Refused(Why.RULE, sentence, code="no_native_apps", field="body/data/attributes/type")
    with transaction():
        db.session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())
        mine = list(db.session.scalars(select(UserDevice).where(UserDevice.staff_id == staff.id)))
        device = next((each for each in mine if each.token == values["token"]), None)
        if device is None:
            if len(mine) >= MOST_DEVICES:
                raise Refused(Why.STATE, f"At most {MOST_DEVICES} devices.", code="too_many_devices")
            device = UserDevice(district_id=staff.district_id, staff_id=staff.id, kind=values["type"], token=values["token"])
            db.session.add(device)
        device.app_name, device.app_version, device.model = values["app-name"], values.get("app-version"), values.get("model")
        device.os_version, device.topic = (values.get("os-version") or "")[:64] or None, (values.get("topic") or "")[:255] or None
        device.is_sandbox, device.is_allowed = values.get("sandbox", False), values.get("allow-notification", True)
        device.changed_at = now()
        db.session.flush()
    return device


def acknowledge(notification: UserNotification, *, with_earlier: bool) -> None:
    """Mark it as seen, and those before it where that is wanted."""
    which = UserNotification.id <= notification.id if with_earlier else UserNotification.id == notification.id
    with transaction():
        db.session.execute(
            update(UserNotification)
            .where(UserNotification.staff_id == notification.staff_id, which, UserNotification.acknowledged_at.is_(None))
            .values(acknowledged_at=now())
        )


def prefer(staff: Staff, ways: Sequence[str]) -> None:
    """By which ways somebody wants to be notified. Raises Refused for a way that the house does not take."""
    if not set(ways) <= set(WAYS):
        sentence = f"Homeroom notifies its staff by: {', '.join(WAYS)}."
        raise Refused(Why.RULE, sentence, field="body/data/attributes/notifications")
    with transaction():
        first_or_new(UserPreference, {"staff_id": staff.id}).ways = sorted(set(ways))
