"""Tables of this room."""

from app.fax.models.contacts import FaxContact
from app.fax.models.faxes import Direction, Fax, FaxStatus, Paper
from app.fax.models.forwards import FaxDestination, FaxForward, ForwardStatus, ForwardWay
from app.fax.models.leftovers import FaxLeftover, LeftoverKind
from app.fax.models.pages import FaxPage, FaxPart, Turn

__all__ = [
    "Direction",
    "Fax",
    "FaxContact",
    "FaxDestination",
    "FaxForward",
    "FaxLeftover",
    "FaxPage",
    "FaxPart",
    "FaxStatus",
    "ForwardStatus",
    "ForwardWay",
    "LeftoverKind",
    "Paper",
    "Turn",
]
