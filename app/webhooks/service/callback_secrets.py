"""The one secret with which everything is signed that goes to callback addresses of a bearer, whichever of them it is."""

from typing import Any

from sqlalchemy import Insert, case, null, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Bearer, Staff
from app.accounts.queries_access import bearer_of_district
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.sealing import SealBroken
from app.webhooks.errors import RenewedBefore
from app.webhooks.events import EndpointsChanged, EventsWaiting
from app.webhooks.models import CallbackSecret, EndpointState, WebhookEndpoint
from app.webhooks.outgoing import Owner
from app.webhooks.signing_secrets import OVERLAP, mark_of, new_secret, seal_secret, unseal_secret


def first_secret(bearer: Owner) -> str | None:
    """That of a system that was let in a moment ago, to be shown along with its key; None for one that has its secret already."""
    secret = new_secret()
    with transaction():
        made = db.session.scalar(_insert().values(_values(bearer, seal_secret(secret))).returning(CallbackSecret.bearer_id))
    return None if made is None else secret


def renew_secret(staff: Staff, bearer_id: int, seen: str) -> str:
    """A new one for all of its addresses; for a day what signed until now signs as well.

    `seen` is the mark of the secret that is to be replaced, "" where there was none. Raises NotVisible or RenewedBefore.
    """
    secret = new_secret()
    with transaction():
        bearer = bearer_of_district(staff.district_id, bearer_id)
        sealed = seal_secret(secret)
        held = db.session.get(CallbackSecret, bearer.id, populate_existing=True, with_for_update=True)
        if seen != ("" if held is None else mark_of(held.secret)):
            raise RenewedBefore
        before = secrets_for(bearer)["secret"]
        mine = update(CallbackSecret).where(CallbackSecret.bearer_id == bearer.id)
        previous = {"previous_secret": before, "previous_until": now() + OVERLAP} if _is_ours(before) else {"previous_secret": None}
        db.session.execute(mine.values(secret=sealed, made_at=now(), **previous).execution_options(synchronize_session=False))
        _spread(bearer, sealed)
        audit("webhook.callbacks_rotated", bearer, {"name": bearer.name}, by=staff)
        open_events().extend([EndpointsChanged(bearer.district_id), EventsWaiting()])
    return secret


def secrets_for(bearer: Owner) -> dict[str, Any]:
    """What a new address of it signs with, as its row has it. Belongs into the transaction that makes the address.

    Until that ends nobody renews it: a renewal that did not see the address would leave the former secret there.
    """
    row = db.session.get(CallbackSecret, bearer.id, populate_existing=True, with_for_update={"read": True})
    if row is None:
        db.session.execute(_insert().values(_values(bearer, seal_secret(new_secret()))))
        row = db.session.get_one(CallbackSecret, bearer.id)
    return {"secret": row.secret, "previous_secret": row.previous_secret, "previous_until": row.previous_until}


def _is_ours(sealed: str) -> bool:
    """What was sealed by another house signs nothing here."""
    try:
        unseal_secret(sealed)
    except SealBroken:
        return False
    return True


def _spread(bearer: Bearer, sealed: str) -> None:
    """To its addresses. What could not be unsealed goes at once."""
    is_foreign = WebhookEndpoint.last_problem == "seal"
    changed = (
        update(WebhookEndpoint)
        .where(
            WebhookEndpoint.bearer_id == bearer.id,
            WebhookEndpoint.district_id == bearer.district_id,
            WebhookEndpoint.state != EndpointState.DELETED,
        )
        .values(
            secret=sealed, version=WebhookEndpoint.version + 1,
            previous_secret=case((is_foreign, null()), else_=WebhookEndpoint.secret),
            previous_until=case((is_foreign, null()), else_=now() + OVERLAP),
            quiet_until=case((is_foreign, null()), else_=WebhookEndpoint.quiet_until),
        )
    )  # fmt: skip
    db.session.execute(changed.execution_options(synchronize_session=False))


def _values(bearer: Owner, sealed: str) -> dict[str, Any]:
    return {"bearer_id": bearer.id, "district_id": bearer.district_id, "secret": sealed, "made_at": now()}


def _insert() -> Insert:
    """Two commits may need the first one at the same time."""
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made: Insert = kind(CallbackSecret).on_conflict_do_nothing(index_elements=["bearer_id"])
    return made
