"""Erasing what is held about one person."""

from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.permissions import need
from app.api.courier.service.purging import purge
from app.api.refusals import Refused, Why


@face.operation("purgeData", scope=Scope.MANAGE)
def purge_data(asked: Asked) -> Answer:
    """A guardian who has left the roster."""
    need(asked.staff, Permission.IMPORT_ROSTER)
    wanted = jsonapi.given(asked)
    if wanted["entity-type"] != "individual":
        advice = "Organizations and users are not erased here: what they wrote belongs to the records of the families."
        raise Refused(Why.RULE, advice, field="body/data/attributes/entity-type", code="not_an_individual")
    purge(asked.staff, wanted["entity-id"], archive=bool(wanted.get("archive")))
    return Answer(201, None)
