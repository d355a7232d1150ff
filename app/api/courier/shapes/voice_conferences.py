"""Conference calls and their phones as documents."""

from app.api.courier.jsonapi import Resource, moment, resource, text_of
from app.api.courier.queries.voice_conferences import FAILED, STATES, ShownConference, ShownLeg
from app.calls.models import CallState


def conference(each: ShownConference) -> Resource:
    """One call of several phones."""
    call = each.call
    attributes = {
        "created-at": moment(call.created_at),
        "created-by": text_of(each.author),
        "last-modified-at": moment(call.ended_at or call.answered_at or call.created_at),
        "organization-id": str(each.organization),
        "state": STATES.get(CallState(call.status), FAILED),
    }
    return resource("voice-conferences", call.uuid, attributes)


def leg(each: ShownLeg) -> Resource:
    """One phone that was called."""
    attributes = {
        "call-duration": each.seconds,
        "conference-id": str(each.call.uuid),
        "created-at": moment(each.call.created_at),
        "individual-id": text_of(each.person),
        "last-modified-at": moment(each.row.since),
        "organization-id": str(each.organization),
        "status": each.row.state,
    }
    return resource("voice-dial-logs", each.row.uuid, attributes)
