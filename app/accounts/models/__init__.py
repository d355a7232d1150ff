"""Who signs in, who else acts, and what they did."""

from app.accounts.models.access import ApiKey, Bearer, BearerType, KeyMode
from app.accounts.models.audit import AuditEvent
from app.accounts.models.staff import (
    SHARED_IDLE,
    OneTimeToken,
    Role,
    SignInThrottle,
    Staff,
    StaffKind,
    StaffSchool,
    StaffSession,
    StaffStatus,
    TokenPurpose,
    are_people,
)

__all__ = [
    "SHARED_IDLE",
    "ApiKey",
    "AuditEvent",
    "Bearer",
    "BearerType",
    "KeyMode",
    "OneTimeToken",
    "Role",
    "SignInThrottle",
    "Staff",
    "StaffKind",
    "StaffSchool",
    "StaffSession",
    "StaffStatus",
    "TokenPurpose",
    "are_people",
]
