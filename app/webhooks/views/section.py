"""The list of endpoints, as the page "API and webhooks" includes it."""

from collections.abc import Mapping
from typing import Any

from app.accounts.api_page import Paper
from app.accounts.models import Bearer, Staff
from app.core.presentation import gettext as _
from app.webhooks.models import WebhookEndpoint
from app.webhooks.queries import Waiting, has_callback_addresses, own_endpoints, waiting_of
from app.webhooks.service import first_secret
from app.webhooks.words import Health, health_of

Hook = tuple[WebhookEndpoint, Health, Waiting]


def told(staff: Staff) -> Mapping[str, Any]:
    """What the section shows."""
    return {"webhooks_all": hooks_of(own_endpoints(staff)), "webhooks_callbacks": has_callback_addresses(staff)}


def secret_of_callbacks(bearer: Bearer) -> Paper | None:
    """For a new system, before anything is told to it."""
    secret = first_secret(bearer)
    if secret is None:
        return None
    return Paper(
        _("Secret of callbacks"), _("What is sent to its callback addresses is signed with it. It, too, is shown only this once."), secret
    )


def hooks_of(rows: list[WebhookEndpoint]) -> list[Hook]:
    """Each with how it stands."""
    waiting = waiting_of([row.id for row in rows])
    return [(row, health_of(row, waiting[row.id]), waiting[row.id]) for row in rows]
