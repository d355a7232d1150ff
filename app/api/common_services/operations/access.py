"""Bearers and their keys: made and ended by the room of accounts, with its audit."""

from typing import Any

from app.accounts import queries_access, service
from app.accounts.callers import Caller
from app.accounts.models import ApiKey, Bearer, BearerType, KeyMode
from app.accounts.scope_rules import default_scopes
from app.accounts.scopes import Scope
from app.accounts.service import Callback
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services.face import face
from app.api.common_services.operations.told import told
from app.api.common_services.shapes.moments import moment
from app.api.refusals import Refused, Why
from app.webhooks.addresses import check_form
from app.webhooks.service import first_secret

MOST = 1000


@face.operation("adminListApiKeys", scope=Scope.MANAGE)
@told
def admin_list_keys(asked: Asked) -> Answer:
    """Of all bearers of the district."""
    return Answer(200, [_key(one) for one in queries_access.keys_of(asked.caller.district_id, limit=MOST)])


@face.operation("adminCreateApiKey", scope=Scope.MANAGE)
@told
def admin_create_key(asked: Asked) -> Answer:
    """For any bearer; it opens no more than the key that asks."""
    made = service.create_key(asked.staff, asked.body["bearer_id"], asking=asked.caller.key, mode=KeyMode(asked.caller.key.mode))
    return Answer(201, {**_key(made.key), "token": made.token})


@face.operation("adminDeleteApiKey", scope=Scope.MANAGE)
@told
def admin_delete_key(asked: Asked) -> Answer:
    """Any key of the district."""
    service.revoke_key(asked.staff, asked.path["id"])
    return Answer(204)


@face.operation("listApiKeys", scope=None)
@told
def list_keys(asked: Asked) -> Answer:
    """The bearer's own."""
    found = queries_access.keys_of(asked.caller.district_id, bearer_id=asked.caller.bearer.id, limit=MOST)
    return Answer(200, [_key(one) for one in found])


@face.operation("createApiKey", scope=None)
@told
def create_key(asked: Asked) -> Answer:
    """A further key that opens what this one does."""
    made = service.create_own_key(asked.staff, asked.caller.key)
    return Answer(201, {**_key(made.key), "token": made.token})


@face.operation("deleteApiKey", scope=None)
@told
def delete_key(asked: Asked) -> Answer:
    """One of its own."""
    service.revoke_own_key(asked.staff, asked.caller.key, asked.path["id"])
    return Answer(204)


@face.operation("createBearer", scope=Scope.MANAGE)
@told
def create_bearer(asked: Asked) -> Answer:
    """Another system."""
    body = asked.body
    check_form(body["callback_url"])
    callback = Callback(body["callback_url"], body["username"], body["password"])
    made = service.create_bearer(asked.staff, name=body["bearer_name"], bearer_type=BearerType(body["bearer_type"]), callback=callback)
    return Answer(201, _bearer(made) | {"callback_secret": first_secret(made)})


@face.operation("listBearers", scope=Scope.MANAGE)
@told
def list_bearers(asked: Asked) -> Answer:
    """Of the district."""
    return Answer(200, [_bearer(one) for one in queries_access.bearers_of(asked.caller.district_id, limit=MOST)])


@face.operation("deleteBearer", scope=Scope.MANAGE)
@told
def delete_bearer(asked: Asked) -> Answer:
    """With its keys."""
    service.remove_system(asked.staff, asked.path["id"])
    return Answer(204)


@face.operation("updateBearer", scope=Scope.MANAGE)
@told
def update_bearer(asked: Asked) -> Answer:
    """What is left out stays."""
    body = asked.body
    kind = BearerType(body["bearer_type"]) if "bearer_type" in body else None
    changed = service.update_bearer(asked.staff, asked.path["id"], name=body.get("bearer_name"), bearer_type=kind, callback=_callback(body))
    return Answer(200, _bearer(changed))


@face.operation("getCurrentBearer", scope=None)
@told
def current_bearer(asked: Asked) -> Answer:
    """Whose key that is."""
    return Answer(200, _bearer(asked.caller.bearer))


@face.operation("updateCurrentBearer", scope=None)
@told
def update_current_bearer(asked: Asked) -> Answer:
    """Its own name and address. Where all of its news go is no matter of a key that may hear of less."""
    body = asked.body
    if body.get("callback_url", asked.caller.bearer.callback_url) != asked.caller.bearer.callback_url:
        _check_may_move_news(asked.caller)
    callback = Callback(_callback(body).url)
    changed = service.update_own_bearer(asked.staff, asked.caller.bearer.id, name=body.get("bearer_name"), callback=callback)
    return Answer(200, _bearer(changed))


def _check_may_move_news(caller: Caller) -> None:
    everything = default_scopes(caller.bearer.type, caller.staff.role)
    if not (caller.scopes & {Scope.WEBHOOKS, Scope.MANAGE} or everything <= caller.scopes):
        sentence = (
            "This key may not change where news go. An admin can do it, or make a key with “webhooks”, under Settings, API and webhooks."
        )
        raise Refused(Why.NOT_ALLOWED, sentence, code="missing_scope")


def _callback(body: dict[str, Any]) -> Callback:
    if "callback_url" in body:
        check_form(body["callback_url"])
    return Callback(body.get("callback_url"), body.get("username"), body.get("password"))


def _key(row: ApiKey) -> dict[str, Any]:
    return {"id": row.id, "bearer_id": row.bearer_id, "created_at": moment(row.created_at)}


def _bearer(row: Bearer) -> dict[str, Any]:
    return {
        "id": row.id,
        "bearer_name": row.name,
        "bearer_type": row.type,
        "callback_url": row.callback_url,
        "created_at": moment(row.created_at),
    }
