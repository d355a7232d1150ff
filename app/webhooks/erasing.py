"""What was told, or waits to be told, of an adult who is erased."""

from sqlalchemy import or_, select, update

from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.directory.events import GuardianErased
from app.webhooks.models import EventState, WebhookEndpoint, WebhookEvent

WITHOUT_COUNTRY = 10
"""Digits of a number that faces also write without the rest of it."""


@within(GuardianErased)
def erase_guardian(fact: GuardianErased) -> None:
    """Bodies that name them are emptied, and what waits is dropped. One walk over a month of events, for a thing that is done seldom."""
    if not fact.addresses:
        return
    named = {each if "@" in each else each[-WITHOUT_COUNTRY:] for each in fact.addresses}
    found = select(WebhookEndpoint.id).where(WebhookEndpoint.district_id == fact.district_id).order_by(WebhookEndpoint.id)
    numbers = list(db.session.scalars(found.with_for_update()))  # endpoints before their events, as everywhere
    theirs = (WebhookEvent.endpoint_id.in_(numbers), or_(*[WebhookEvent.body.contains(each, autoescape=True) for each in named]))
    dropped = update(WebhookEvent).where(*theirs, WebhookEvent.state == EventState.WAITING)
    for statement in (dropped.values(state=EventState.DROPPED, finished_at=now()), update(WebhookEvent).where(*theirs).values(body="{}")):
        db.session.execute(statement.execution_options(synchronize_session=False))
