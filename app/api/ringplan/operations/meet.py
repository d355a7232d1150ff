"""Meetings: the video calls of the acting user, and calendars elsewhere, of which this house keeps none.

Programs of Google and Outlook subscribe to the address of `getCalendar`; nobody grants this house access to theirs.
"""

from http import HTTPStatus

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.identifiers import id24
from app.api.refusals import Refused, Why
from app.api.ringplan import calendar
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.core.ids import LARGEST_NUMBER
from app.video.queries import call_visible_to


@face.operation("getCalendar", scope=Scope.VIDEO)
def get_calendar(asked: Asked) -> Answer:
    """An address that calendar programs subscribe to."""
    day = calendar.changed_at(asked.staff).astimezone(company_of(asked.staff).zone).date()
    return Answer(body={"calendar": calendar.address_for(asked.staff), "update": day.isoformat(), "user_id": id24(asked.staff.uuid)})


@face.operation("getMeetingLink", scope=Scope.VIDEO)
def get_link(asked: Asked) -> Answer:
    """The page on which a member of the staff enters."""
    number = int(asked.path["meeting_id"])
    if number > LARGEST_NUMBER:
        raise Refused(Why.UNKNOWN, "There is no such meeting.")
    return Answer(body={"full_link": calendar.link_of(call_visible_to(asked.staff, number).id)})


@face.operation("getGoogleAuthUrl", scope=Scope.VIDEO)
def get_google_url(_asked: Asked) -> Answer:
    """Nothing is granted here."""
    raise _not_connected("Google")


@face.operation("getOutlookAuthUrl", scope=Scope.VIDEO)
def get_outlook_url(_asked: Asked) -> Answer:
    """Nothing is granted here."""
    raise _not_connected("Outlook")


@face.operation("revokeGoogleCalendar", scope=Scope.VIDEO)
def revoke_google(_asked: Asked) -> Answer:
    """There is nothing to withdraw, which the contract tells by a result."""
    return Answer(HTTPStatus.BAD_REQUEST, {"result": False})


@face.operation("revokeOutlookCalendar", scope=Scope.VIDEO)
def revoke_outlook(asked: Asked) -> Answer:
    """The same."""
    return revoke_google(asked)


def _not_connected(whose: str) -> Refused:
    sentence = f"No {whose} client is configured here. Have the calendar subscribe to the address of GET /meet/app/calendar instead."
    return Refused(Why.UNKNOWN, sentence, code="not_connected")
