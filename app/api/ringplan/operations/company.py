"""The company of the acting user."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.face import check_primary, face
from app.api.ringplan.queries import places
from app.api.ringplan.service import places as service


@face.operation("getCompany", scope=None)
def get_company(asked: Asked) -> Answer:
    """What is known of it."""
    return Answer(body=places.company(asked.staff.district_id))


@face.operation("updateCompany", scope=Scope.MANAGE)
def update_company(asked: Asked) -> Answer:
    """Say more of it, or call it otherwise."""
    check_primary(asked.caller)
    service.change_company(asked.staff, asked.body)
    return Answer(body=places.company(asked.staff.district_id))
