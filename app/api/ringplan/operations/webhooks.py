"""Webhooks of the bearer whose key asks."""

from app.accounts.callers import Caller
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.refusals import Refused, Why
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.models.hooks import HookKind
from app.api.ringplan.queries import hooks
from app.api.ringplan.service import hooks as service


@face.operation("getWebhookUrl", scope=Scope.WEBHOOKS)
def get_url(asked: Asked) -> Answer:
    """Where they go."""
    return Answer(body=hooks.shown_address(hooks.address_of(asked.caller.bearer.id), company_of(asked.staff).id))


@face.operation("setWebhookUrl", scope=Scope.WEBHOOKS)
def set_url(asked: Asked) -> Answer:
    """Another address, by a key that may know what goes there."""
    for row in hooks.subscriptions_of(asked.caller.bearer.id):
        _check_may_hear(asked.caller, row.kind)
    company = company_of(asked.staff).id
    return Answer(body=hooks.shown_address(service.set_address(asked.caller, asked.body["url"]), company))


@face.operation("listWebhookEvents", scope=Scope.WEBHOOKS)
def list_events(asked: Asked) -> Answer:
    """What is told."""
    company = company_of(asked.staff).id
    return Answer(body=[hooks.shown_subscription(row, company) for row in hooks.subscriptions_of(asked.caller.bearer.id)])


@face.operation("subscribeWebhookEvent", scope=Scope.WEBHOOKS)
def subscribe(asked: Asked) -> Answer:
    """Have a kind told."""
    _check_may_hear(asked.caller, asked.body["type"])
    company = company_of(asked.staff).id
    row, is_new = service.subscribe(asked.caller, asked.body["type"])
    return Answer(201 if is_new else 200, hooks.shown_subscription(row, company))


@face.operation("unsubscribeWebhookEvent", scope=Scope.WEBHOOKS)
def unsubscribe(asked: Asked) -> Answer:
    """Have it told no more."""
    row = hooks.subscription_named(asked.caller.bearer.id, asked.path["webhook_event_id"])
    was = hooks.shown_subscription(row, company_of(asked.staff).id)
    service.unsubscribe(asked.caller, row)
    return Answer(body=was)


def _check_may_hear(caller: Caller, kind: str) -> None:
    """A webhook tells no more than the key could read. Raises Refused (NOT_ALLOWED)."""
    needed = Scope.READ_TEXTS if kind == HookKind.MESSAGE_INBOUND else Scope.CALL
    if not caller.may(needed):
        sentence = f"This key may not hear of {kind}. An admin can make one with “{needed}” under Settings, API and webhooks."
        raise Refused(Why.NOT_ALLOWED, sentence, code="missing_scope")
