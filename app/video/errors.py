"""Why something cannot be done with a video call."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError, NotVisible


class NoSuchSeat(NotVisible):
    """A token or a link that was never good, is not any more, or belongs to another call."""

    code = "no_such_video_call"
    advice = _l("This link has ended. Ask the school for a new one.")


class VideoCallIsOver(Conflict):
    """It ended, or its time is up."""

    code = "video_call_is_over"
    advice = _l("This video call has ended. Begin a new one from the conversation.")


class RoomIsFull(Conflict):
    """Six are in it."""

    code = "video_call_is_full"
    advice = _l("This video call is full: six people are in it. Somebody has to leave before another can join.")


class PlaceGivenUp(Conflict):
    """The line was broken for so long that the others saw this page leave."""

    code = "place_given_up"
    advice = _l("The connection was away too long. Join again.")


class JoinedElsewhere(Conflict):
    """Another page of the same person is in the room."""

    code = "joined_elsewhere"
    advice = _l("You joined on another page. Only the newest page of yours is in the call.")


class PutOut(HomeroomError):
    """The host took them out."""

    code = "removed_from_video_call"
    status = HTTPStatus.FORBIDDEN
    advice = _l("The host took you out of this call.")


class NotTheHost(HomeroomError):
    """Only the host ends it for everybody."""

    code = "not_the_host"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Only the host can do this. Leave the call instead.")


class NotForGuests(HomeroomError):
    """Guests let nobody in and mute nobody."""

    code = "not_for_guests"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Only staff of the school can do this.")


class WrongLength(HomeroomError):
    """More than two hours."""

    code = "wrong_length"
    advice = _l("A video call lasts at most 120 minutes. Choose a shorter time.")


class WrongTime(HomeroomError):
    """In the past, or so far ahead that nobody means it."""

    code = "wrong_time"
    advice = _l("A video call is planned for a time to come, within a year. Choose another time.")


class NotScheduled(Conflict):
    """Nothing to be reminded of."""

    code = "not_scheduled"
    advice = _l("This video call has no time to come at which anybody could be reminded. Set its time first.")


class NobodyToInvite(HomeroomError):
    """Nobody of the conversation."""

    code = "nobody_to_invite"
    advice = _l("No guardian of this conversation can be texted. Begin the call and ask them another way.")


class CannotRecord(HomeroomError):
    """The embedded rooms keep nothing."""

    code = "cannot_record"
    advice = _l("Calls of this house are not recorded: pictures and sound go from browser to browser. Write a note instead.")


class ZoomNotSetUp(HomeroomError):
    """No webhook secret: nothing that claims to come from there is believed."""

    code = "zoom_not_set_up"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Zoom is not set up here. Set ZOOM_WEBHOOK_SECRET first.")


class NotFromZoom(HomeroomError):
    """A wrong or an old signature."""

    code = "not_from_zoom"
    status = HTTPStatus.FORBIDDEN
    advice = _l("The signature is not Zoom’s, or too old.")
