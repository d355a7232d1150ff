"""What an email says, and in whose name: read once for all who get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core import phone_numbers
from app.core.database import db
from app.core.quiet_hours import Window, quiet_hours_of
from app.delivery.models import DeliveryContent
from app.directory.models import District, School


@dataclass(frozen=True, slots=True)
class Content:
    """One row of `delivery_contents`, with what its school or district adds."""

    id: int
    district_id: int
    subject: str
    text: str
    language: str
    media: tuple[dict[str, Any], ...]
    reply_to: str | None
    sender: str
    """The school's name, or the district's."""
    phone: str | None
    """Of the office, for people."""
    zone: str
    quiet: Window
    asks: str = ""
    """What stands above the buttons by which its reader answers; nothing where it asks nothing."""
    choices: tuple[str, ...] = ()
    is_for_offices: bool = False
    """No family reads it: at its foot stands no way out of a family's emails."""


def contents_of(wanted: Mapping[int, int]) -> dict[int, Content]:
    """The contents with these ids (each with its district); ones that are gone are left out."""
    if not wanted:
        return {}
    rows = db.session.execute(
        select(DeliveryContent.id, DeliveryContent.body, DeliveryContent.media, DeliveryContent.details).where(
            DeliveryContent.id.in_(wanted)
        )
    ).all()
    schools = _schools({row.details["school_id"] for row in rows if row.details.get("school_id")})
    districts = {
        row.id: row
        for row in db.session.execute(
            select(District.id, District.name, District.time_zone, District.settings).where(District.id.in_(set(wanted.values())))
        )
    }
    found = {}
    for row in rows:
        district = districts[wanted[row.id]]
        house = schools.get(row.details.get("school_id") or 0, district)
        phone = getattr(house, "phone", None)
        found[row.id] = Content(
            id=row.id, district_id=district.id, subject=row.details.get("subject") or house.name, text=row.body,
            language=row.details.get("language") or "en", media=tuple(row.media), reply_to=row.details.get("reply_to"),
            sender=house.name, phone=phone_numbers.for_people(phone) if phone else None, zone=house.time_zone,
            quiet=quiet_hours_of(district.settings), **_buttons(row.details.get("buttons")),
            is_for_offices=bool(row.details.get("for_offices")),
        )  # fmt: skip
    return found


def _buttons(given: dict[str, Any] | None) -> dict[str, Any]:
    return {"asks": str(given["asks"]), "choices": tuple(str(one) for one in given["choices"])} if given else {}


def _schools(ids: set[int]) -> dict[int, Any]:
    rows = db.session.execute(select(School.id, School.name, School.time_zone, School.phone).where(School.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}
