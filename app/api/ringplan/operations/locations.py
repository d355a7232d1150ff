"""Locations of the company: its schools."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.face import check_primary, face
from app.api.ringplan.queries import places
from app.api.ringplan.service import places as service


@face.operation("listLocations", scope=None)
def list_locations(asked: Asked) -> Answer:
    """Those for which the acting user works."""
    return Answer(body=places.locations(asked.staff))


@face.operation("createLocation", scope=Scope.MANAGE)
def create_location(asked: Asked) -> Answer:
    """A further school."""
    check_primary(asked.caller)
    school = service.add_location(asked.staff, asked.body)
    return Answer(201, places.shown(asked.staff, [school])[0])


@face.operation("updateLocation", scope=Scope.MANAGE)
def update_location(asked: Asked) -> Answer:
    """Another name or phone, or what else is said of it."""
    school = places.school_named(asked.staff, asked.path["location_id"])
    return Answer(body=places.shown(asked.staff, [service.change_location(asked.staff, school, asked.body)])[0])


@face.operation("deleteLocation", scope=Scope.MANAGE)
def delete_location(asked: Asked) -> Answer:
    """Take a school out of use."""
    check_primary(asked.caller)
    school = places.school_named(asked.staff, asked.path["location_id"])
    was = places.shown(asked.staff, [school])[0]
    service.remove_location(asked.staff, school)
    return Answer(body=was)
