"""Everything that can be done with video calls. One function, one transaction."""

from app.video.service.changing import arm_reminder, change, change_participant, remind_due
from app.video.service.creating import (
    Plan,
    add_participant,
    create,
    join_as_staff,
    provider_of_systems,
    seat_for_guardian,
    seat_for_staff,
    seat_of_staff,
)
from app.video.service.ending import end, end_as_host, end_from_room, expire_due
from app.video.service.inviting import Invitable, Invited, invitable, invite
from app.video.service.joining import Media, admit, enter, leave, line_broke, mute, put_out, shows, still_there, sweep
from app.video.service.noting import write_note
from app.video.service.zoom_ends import end_at_zoom
from app.video.service.zoom_news import receive_zoom

__all__ = [
    "Invitable",
    "Invited",
    "Media",
    "Plan",
    "add_participant",
    "admit",
    "arm_reminder",
    "change",
    "change_participant",
    "create",
    "end",
    "end_as_host",
    "end_at_zoom",
    "end_from_room",
    "enter",
    "expire_due",
    "invitable",
    "invite",
    "join_as_staff",
    "leave",
    "line_broke",
    "mute",
    "provider_of_systems",
    "put_out",
    "receive_zoom",
    "remind_due",
    "seat_for_guardian",
    "seat_for_staff",
    "seat_of_staff",
    "shows",
    "still_there",
    "sweep",
    "write_note",
]
