"""What browsers of staff hear of video calls: the host's pages, wherever they are, that one of theirs moved on."""

from app.core.database import db
from app.core.events import within
from app.live import service as live
from app.video.events import GuestWaits, VideoStatusChanged
from app.video.models import VideoCall


@within(VideoStatusChanged)
def push_status(fact: VideoStatusChanged) -> None:
    """To the host. The thread itself hears by its own fact."""
    call = db.session.get_one(VideoCall, fact.video_call_id)
    payload = {"video_call_id": fact.video_call_id, "state": fact.state}
    live.push((f"staff:{call.staff_id}",), "video:changed", payload, district_id=fact.district_id)


@within(GuestWaits)
def push_guest(fact: GuestWaits) -> None:
    """To the host, wherever they look."""
    live.push((f"staff:{fact.staff_id}",), "video:waiting", {"video_call_id": fact.video_call_id}, district_id=fact.district_id)
