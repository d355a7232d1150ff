"""Users of the company: its staff."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.refusals import Refused, Why
from app.api.ringplan.face import check_primary, face, is_primary
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import users
from app.api.ringplan.service import users as service

OWN_PARTICULARS = frozenset({Scope.WRITE_PEOPLE, Scope.MANAGE})
_ADVICE = "An admin can make one with “manage” under Settings, API and webhooks."


@face.operation("listUsers", scope=Scope.READ_PEOPLE)
def list_users(asked: Asked) -> Answer:
    """Colleagues of the acting user, by name."""
    query, page, size = asked.query, asked.query["page"], asked.query["items_per_page"]
    email = query.get("work_email", "")
    found, total = users.page_of(asked.staff, first_name=query.get("first_name", ""), email=email, page=page, size=size)
    answer = paged(found, total, page=page, size=size)
    return answer if found else Answer(204, headers=answer.headers)


@face.operation("createUser", scope=Scope.MANAGE)
def create_user(asked: Asked) -> Answer:
    """Invite somebody by email."""
    check_primary(asked.caller)
    staff = service.add_user(asked.staff, asked.body)
    return Answer(201, users.shown(asked.staff, [staff])[0])


@face.operation("updateUser", scope=None)
def update_user(asked: Asked) -> Answer:
    """Change what is known of somebody: themselves, or the primary user may."""
    staff = users.user_named(asked.staff, asked.path["contact_id"])
    if staff.id != asked.staff.id and not is_primary(asked.caller):
        raise Refused(Why.NOT_ALLOWED, "Only they themselves or the primary user may do this.", code="not_yours")
    if staff.id != asked.staff.id or service.is_for_managers(asked.body):
        if not asked.caller.may(Scope.MANAGE):
            raise Refused(Why.NOT_ALLOWED, f"This key may not manage users. {_ADVICE}", code="missing_scope")
    elif not asked.caller.key.scopes & OWN_PARTICULARS:  # of the key alone: also who may change nobody else may change themselves
        raise Refused(Why.NOT_ALLOWED, f"This key may not change people. {_ADVICE}", code="missing_scope")
    service.change_user(asked.staff, staff, asked.body)
    return Answer(body=users.shown(asked.staff, [users.user_named(asked.staff, asked.path["contact_id"])])[0])


@face.operation("deleteUser", scope=Scope.MANAGE)
def delete_user(asked: Asked) -> Answer:
    """Let somebody in no more."""
    check_primary(asked.caller)
    staff = users.user_named(asked.staff, asked.path["contact_id"])
    was = users.shown(asked.staff, [staff])[0]
    service.remove_user(asked.staff, staff)
    return Answer(body=was)
