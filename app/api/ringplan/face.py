"""The RingPlan face; its handlers enter it from `operations`.

A request shows a key, and names in `X-User-Id` who acts: somebody of the staff by id, or `primary`. Whoever they may not be is
answered as an unknown key is. A key that may act as one alone acts as that one by `primary`, too.
"""

from flask import Request

from app.accounts.acting import acting_as, primary_of, staff_between, unnamed
from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.bearer_tokens import caller_by_token
from app.api.contract import load
from app.api.face import Face
from app.api.identifiers import id24, span_of_id24
from app.api.refusals import Refused, Why
from app.api.ringplan.refusals import MANNER

PRIMARY = "primary"
_NOBODY = "X-User-Id names nobody as whom this key may act. Send the id of a user of its company, or “primary”."
_ALONE = "X-User-Id names nobody as whom this key may act: it acts as {id} alone. Send that id, or “primary”."


def acting_caller(request: Request) -> Caller:
    """Who shows a valid key, as whom. Raises Refused (NO_KEY)."""
    caller = caller_by_token(request)
    given = request.headers.get("X-User-Id", "")
    if not given:
        sentence = "The header X-User-Id is missing: the id of the acting user, or “primary”."
        raise Refused(Why.NO_KEY, sentence, code="missing_user")
    acting = acting_as(caller, unnamed(caller) if given == PRIMARY else _named(caller.district_id, given))
    if acting is None:
        usual = unnamed(caller)
        sentence = _ALONE.format(id=id24(usual.uuid)) if usual is caller.staff else _NOBODY
        raise Refused(Why.NO_KEY, sentence, code="unknown_user")
    return acting


def is_primary(caller: Caller) -> bool:
    """Whether the primary user acts, by name or by id."""
    primary = primary_of(caller.district_id)
    return primary is not None and primary.id == caller.staff.id


def check_primary(caller: Caller) -> None:
    """Let pass the primary user alone. Raises Refused (NOT_ALLOWED)."""
    if not is_primary(caller):
        raise Refused(Why.NOT_ALLOWED, "Only the primary user may do this. Send X-User-Id: primary.", code="primary_only")


def _named(district_id: int, text: str) -> Staff | None:
    try:
        first, last = span_of_id24(text)
    except ValueError:
        return None
    return staff_between(district_id, first, last)


face = Face(load("ringplan.openapi"), "/ringplan", "/ringplan/", MANNER, acting_caller)
