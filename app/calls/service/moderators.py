"""Whose phone holds a call together: who begins it by hand says her own, a program names anybody's."""

from app.accounts.models import Staff
from app.calls.models import ConferenceParticipant, PartRole
from app.calls.queries import colleagues_with_phone
from app.core.clock import now
from app.core.phone_numbers import for_people


def moderator_leg(staff: Staff, address: str, name: str | None) -> ConferenceParticipant:
    """The first leg, which is her own where no `name` is given. Else it is that of the colleague who has this phone, or of nobody known.

    The name is empty where the program said none.
    """
    owner = staff if name is None else _owner(staff, address)
    return ConferenceParticipant(
        role=PartRole.MODERATOR,
        staff_id=owner.id if owner is not None else None,
        name=owner.name if owner is not None else (name or "").strip()[:200] or for_people(address),
        address=address,
        language=(owner or staff).language,
        since=now(),
    )


def _owner(staff: Staff, address: str) -> Staff | None:
    if staff.is_person and staff.phone == address:
        return staff
    found = colleagues_with_phone(staff, phone=address, limit=2)
    return found[0] if len(found) == 1 else None  # two may share the phone of an office
