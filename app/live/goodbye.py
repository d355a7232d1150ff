"""Hanging up on browsers whose session ended, and on those whose owner may hear other things from now on."""

from app.accounts.events import SessionsEnded, StaffScopeChanged
from app.core.events import on
from app.extensions import socketio
from app.live.bus import Bus, hang_up_here
from app.live.service import whisper


@on(SessionsEnded)
def hang_up(fact: SessionsEnded) -> None:
    """Tell each browser, so that its page can ask to sign in again, and hear no more from it."""
    for number in fact.session_ids:
        whisper(f"session:{number}", "session:ended", {"session_id": number})
        hang_up_on(f"session:{number}")


@on(StaffScopeChanged)
def connect_anew(fact: StaffScopeChanged) -> None:
    """Another role or other schools: the browser connects again by itself, and hears what it now may."""
    whisper(f"staff:{fact.staff_id}", "scope:changed", {"staff_id": fact.staff_id})
    hang_up_on(f"staff:{fact.staff_id}")


def hang_up_on(audience: str, namespace: str = "/") -> None:
    """Close their sockets, whichever process holds them."""
    server = socketio.server
    if server is None:
        return
    if isinstance(server.manager, Bus):
        server.manager.hang_up(audience, namespace)
    else:
        hang_up_here(server, audience, namespace)
