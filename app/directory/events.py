"""What this room announces about families and their numbers."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """An entry was added to the consent ledger."""

    name: ClassVar[str] = "consent.changed"
    district_id: int
    address: str
    scope: str
    kind: str
    consent_id: int


@dataclass(frozen=True, slots=True)
class ContactHealthChanged:
    """An address began or ceased to work, as far as we know."""

    name: ClassVar[str] = "contact_health.changed"
    district_id: int
    address: str
    health: str


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """What is known of a guardian, or how the guardian is reached, changed."""

    name: ClassVar[str] = "person.changed"
    district_id: int
    guardian_id: int


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """The same of many at once, as a roster brings it: names, children, and who belongs to whom."""

    name: ClassVar[str] = "people.changed"
    district_id: int
    guardian_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RosterImported:
    """A roster was read to its end, and what it lacks was let go."""

    name: ClassVar[str] = "roster.imported"
    district_id: int


@dataclass(frozen=True, slots=True)
class QuietHoursChanged:
    """A district's night begins or ends at another time: what was held for it may leave earlier."""

    name: ClassVar[str] = "quiet_hours.changed"
    district_id: int


@dataclass(frozen=True, slots=True)
class GuardianErased:
    """Nothing is to be kept of an adult. Whoever holds their name, number or words lets go of these in the same commit."""

    name: ClassVar[str] = "guardian.erased"
    district_id: int
    guardian_id: int
    contact_point_ids: tuple[int, ...]
    addresses: tuple[str, ...] = field(repr=False)
