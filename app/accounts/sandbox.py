"""The key of the demo: everybody may know it, because it opens an invented district beside a pretend phone network alone."""

from sqlalchemy import select

from app.accounts.models import ApiKey, Bearer
from app.accounts.sessions import hashed
from app.core.database import db

SANDBOX_TOKEN = "hr_test_cedar-valley-sandbox-key-opens-nothing-real"  # noqa: S105  # see above


def has_sandbox(district_id: int) -> bool:
    """Whether the demo's key opens this district."""
    there = select(ApiKey.id).join(Bearer, Bearer.id == ApiKey.bearer_id)
    wanted = there.where(
        ApiKey.token_hash == hashed(SANDBOX_TOKEN),
        ApiKey.revoked_at.is_(None),
        Bearer.district_id == district_id,
        Bearer.deleted_at.is_(None),
    )
    return db.session.scalar(wanted) is not None
