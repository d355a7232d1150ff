"""The row that changed, as the push that tells of it brings it to whoever looks."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls import queries_console
from app.calls.views.console_printed import printed_now
from app.calls.views.console_seen import NEWEST, Parts, parts_of, seen_by
from app.core.errors import NotVisible
from app.live import pieces


@pieces.draws("call:changed")
def bring(payload: Mapping[str, Any], people: Sequence[Staff]) -> dict[int, str]:
    """The same as each of them would be answered; their forms have no token, the page puts its own into them."""
    drawn: dict[int, str] = {}
    parts: Parts | None = None
    for staff in people:
        if not role_allows(staff.role, Permission.READ_CALLS):
            continue
        try:
            row = queries_console.conference_visible_to(staff, payload["call_id"])
        except NotVisible:
            continue
        parts = parts or parts_of(row.call, newest=NEWEST)
        with force_locale(staff.language):
            seen = seen_by(staff, row, parts, only={payload["participant_id"]})
            drawn[staff.id] = b"".join(printed_now(seen, token="")).decode()
    return drawn
