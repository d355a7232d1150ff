"""What feeds hear of this face's own facts; no page listens to that audience."""

from app.accounts.events import StaffStatusChanged
from app.api import programs
from app.api.ringplan.events import MessagesRemoved
from app.live import service as live

REMOVED = "ringplan:removed"
STATUS = "ringplan:status"


@programs.within(MessagesRemoved)
def push_removed(fact: MessagesRemoved) -> None:
    """Which messages are gone."""
    payload = {"conversation_id": fact.conversation_id, "ids": list(fact.ids)}
    live.push((f"feed:{fact.district_id}",), REMOVED, payload, district_id=fact.district_id)


@programs.within(StaffStatusChanged)
def push_status(fact: StaffStatusChanged) -> None:
    """Who joined, was let go or came back."""
    payload = {"staff_id": fact.staff_id, "status": fact.status, "how": fact.how}
    live.push((f"feed:{fact.district_id}",), STATUS, payload, district_id=fact.district_id)
