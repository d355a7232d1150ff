"""Who is asking, from which browser, and where they work."""

from dataclasses import dataclass
from typing import cast

from flask import g
from flask_login import current_user

from app.accounts.models import Staff, StaffSession

current_staff: Staff = cast("Staff", current_user)
"""The signed-in staff member of this request; behind `@requires` it is always one."""


def asker() -> Staff:
    """The same without the proxy, which looks for the person anew for each thing that is asked of it."""
    known = g._get_current_object().get("_login_user")  # noqa: SLF001  # past the proxy, to where Flask-Login keeps whom it loaded
    return cast("Staff", known if known is not None else current_user._get_current_object())  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every page shows about the asker's district, read together with the session."""

    session: StaffSession
    district_name: str
    time_zone: str


def workplace() -> Workplace | None:
    """Where the asker works; None for somebody without a session."""
    if not asker().is_authenticated:  # loads the session if nobody asked yet
        return None
    place: Workplace | None = g.get("workplace")
    return place


def own_zone() -> str:
    """The time zone of the asker's district; UTC for somebody without a session."""
    place = workplace()
    return place.time_zone if place is not None else "UTC"


def current_session() -> StaffSession:
    """The session of the browser that asks. Only behind `@requires`."""
    place = workplace()
    if place is None:
        message = "nobody is signed in"
        raise RuntimeError(message)
    return place.session
