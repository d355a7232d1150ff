"""Webhooks of the bearer whose key asks."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.queries import hooks
from app.api.ringplan.service import hooks as service


@face.operation("getWebhookUrl", scope=Scope.WEBHOOKS)
def get_url(asked: Asked) -> Answer:
    """Where they go."""
    return Answer(body=hooks.shown_address(hooks.address_of(asked.caller.bearer.id), company_of(asked.staff).id))


@face.operation("setWebhookUrl", scope=Scope.WEBHOOKS)
def set_url(asked: Asked) -> Answer:
    """Another address."""
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
