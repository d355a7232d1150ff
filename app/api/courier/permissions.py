"""What the role behind a key allows: a scope opens no more than that."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.api.refusals import Refused, Why


def need(staff: Staff, permission: Permission) -> None:
    """Let pass whose role allows it. Raises Refused: NOT_ALLOWED."""
    if not role_allows(staff.role, permission):
        raise Refused(Why.NOT_ALLOWED, "The role behind this key does not allow that. A district admin can do it.", code="role")
