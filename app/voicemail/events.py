"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class VoicemailChanged:
    """One came, can be heard now, got its words, or was heard, assigned or finished."""

    name: ClassVar[str] = "voicemail.changed"
    district_id: int
    school_id: int
    voicemail_id: int
    staff_ids: tuple[int, ...]
    """Whose box it is in, and to whom it is assigned or was until now."""
    version: int
    is_fresh: bool = False
    """It came just now."""
