"""What another system asked for, and what shall not leave any more: because its key was stolen, or because it is let in no more."""

import time

from flask_babel import gettext as _
from sqlalchemy import update

from app.accounts import queries_access, unsent
from app.accounts.errors import MoreToCallOff, NotYoursToManage
from app.accounts.models import Bearer, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import api_keys, bearers
from app.accounts.service.audit import audit
from app.accounts.unsent import Kind
from app.core.clock import now
from app.core.database import db, transaction

AT_ONCE = 100
"""In one commit, so that whoever writes meanwhile waits for no more than that."""


PATIENCE = 20.0
"""Seconds after which no further piece is begun: somebody waits for the answer, and it stands before a proxy's own patience."""


def call_off(actor: Staff, bearer_id: int) -> dict[Kind, int]:
    """Have nothing leave of what waits, a piece at a time; returns how much of what. What is in hand at this moment leaves.

    What takes too long is left, and goes on when called again. Raises NotVisible or NotYoursToManage.
    """
    return _call_off(actor, queries_access.bearer_of_district(actor.district_id, bearer_id))[0]


def revoke_key(actor: Staff, key_id: int, *, calls_off: bool = False) -> dict[Kind, int]:
    """The key opens nothing from now on; then, if wanted, what its system asked for is called off. Raises as `api_keys.revoke_key`."""
    bearer_id = queries_access.key_of_district(actor.district_id, key_id).bearer_id
    api_keys.revoke_key(actor, key_id)
    return call_off(actor, bearer_id) if calls_off else {}


def remove_system(actor: Staff, bearer_id: int) -> dict[Kind, int]:
    """Its keys open nothing from now on, nothing of what it asked for leaves, and then it is let in no more.

    In this order: where that takes too long, or a worker is killed, it stands there without a key, no worker takes up what is left in
    queues, and it is removed once more.
    Raises MoreToCallOff, or as `delete_bearer`.
    """
    bearers.begin_removal(actor, bearer_id)
    bearer = queries_access.bearer_of_district(actor.district_id, bearer_id)
    counts, is_all = _call_off(actor, bearer)
    if not is_all:
        raise MoreToCallOff(counts)
    bearers.delete_bearer(actor, bearer_id)
    late, _is_all = _call_off(actor, bearer)  # by requests that had shown their key before it was closed
    return {kind: counts.get(kind, 0) + late.get(kind, 0) for kind in Kind if kind in counts or kind in late}


def _call_off(actor: Staff, bearer: Bearer) -> tuple[dict[Kind, int], bool]:
    """How much of what, and whether nothing is left. Round after round, because workers carry things from tray to tray meanwhile."""
    if not role_allows(actor.role, Permission.MANAGE_API):
        raise NotYoursToManage(_("Only a district admin can call off what other systems asked for."))
    _mark(bearer)
    done = dict.fromkeys(unsent.trays(), 0)
    until, is_all = time.monotonic() + PATIENCE, False
    while not is_all and time.monotonic() < until:
        before = sum(done.values())
        for tray in done:
            while time.monotonic() < until and (number := tray.call_off(actor, bearer, AT_ONCE)):
                done[tray] += number
        is_all = sum(done.values()) == before and time.monotonic() < until
    _mark(bearer)  # up to here: workers carried on what they had in hand
    counts = unsent.counted(done)
    if counts:
        with transaction():
            audit("bearer.called_off", bearer, {"name": bearer.name, "count": sum(counts.values())}, by=actor)
    return counts, is_all


def _mark(bearer: Bearer) -> None:
    """Whatever is in hand now may leave, and does not leave again where a carrier puts it off."""
    with transaction():
        marked = update(Bearer).where(Bearer.id == bearer.id).values(called_off_at=now())
        db.session.execute(marked.execution_options(synchronize_session=False))
