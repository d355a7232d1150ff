"""What becomes of video calls, as news for the programs that began them."""

from app.api import programs
from app.api.common_services.models import ClientVideoCall
from app.api.common_services.service.video_calls import shown_of
from app.api.common_services.shapes.video_calls import event_shape
from app.api.common_services.webhooks import tell
from app.core.database import db
from app.video.events import VideoStatusChanged
from app.video.models import VideoCall

STATUS = "video_calls.video_call.status_update"


@programs.within(VideoStatusChanged)
def follow(fact: VideoStatusChanged) -> None:
    """One began, is over, or was recorded."""
    client = db.session.get(ClientVideoCall, fact.video_call_id)
    if client is None:
        return
    db.session.flush()
    shown = shown_of(db.session.get_one(VideoCall, fact.video_call_id, populate_existing=True), client)
    urls = client.callback_url, shown.talk.callback_url if shown.talk else None
    tell(client.bearer_id, STATUS, f"video:{shown.call.uuid}", event_shape(shown), *urls, with_metadata=False)
