"""Keeps what other systems say of companies, users and locations beyond what the house knows."""

import json
from collections.abc import Mapping
from typing import Any

from app.api.refusals import Refused, Why
from app.api.ringplan.models import Particulars, Subject
from app.core.clock import now
from app.core.database import db, transaction
from app.core.first_or_new import first_or_new

LONGEST = 500
"""Letters of one value."""
LARGEST = 10_000
"""Letters of all that is kept about one thing."""


def keep(district_id: int, subject: Subject, subject_id: int, said: Mapping[str, Any], known: frozenset[str]) -> Particulars:
    """Put the `known` parts of `said` into what is kept; parts of an object replace the same parts. Joins the change that is being made."""
    with transaction():
        row = first_or_new(Particulars, {"subject": subject, "subject_id": subject_id}, district_id=district_id)
        fresh = {name: value for name, value in said.items() if name in known}
        check_lengths(fresh, "body")
        row.data = merged(row.data, fresh)
        if len(json.dumps(row.data)) > LARGEST:
            raise Refused(Why.INVALID, "Together these particulars are too long. Leave some out.", field="body")
        row.updated_at = now()
        db.session.flush()
    return row


def remove(district_id: int, subject: Subject, subject_id: int) -> None:
    """List it no more while it is out of use. Joins the change that is being made."""
    with transaction():
        keep(district_id, subject, subject_id, {}, frozenset()).removed_at = now()


def merged(old: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with what is said of it now, object by object."""
    found = dict(old)
    for name, value in fresh.items():
        before = found.get(name)
        found[name] = merged(before, value) if isinstance(value, dict) and isinstance(before, dict) else value
    return found


def check_lengths(value: Any, place: str) -> None:
    """Refuse words that are longer than anybody reads."""
    if isinstance(value, str) and len(value) > LONGEST:
        raise Refused(Why.INVALID, f"This is longer than {LONGEST} letters. Shorten it.", field=place)
    if isinstance(value, dict):
        for name, each in value.items():
            check_lengths(each, f"{place}/{name}")
