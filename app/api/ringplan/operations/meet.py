"""Meetings: the video calls of the acting user, and the calendars of Google and Outlook that they connected."""

from http import HTTPStatus

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.identifiers import id24
from app.api.refusals import Refused, Why
from app.api.ringplan.agenda import agenda, days_asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.calendars import own as calendar
from app.calendars import service as calendars
from app.calendars.errors import NotSetUp
from app.calendars.providers import TITLES, Which
from app.core.errors import NotVisible
from app.core.ids import LARGEST_NUMBER
from app.video.queries import call_visible_to


@face.operation("getCalendar", scope=Scope.VIDEO)
def get_calendar(asked: Asked) -> Answer:
    """An address that calendar programs subscribe to, and the events of the asked days."""
    span = days_asked(asked.staff, asked.query.get("from"), asked.query.get("to"))
    day = calendar.changed_at(asked.staff).astimezone(company_of(asked.staff).zone).date()
    known = {"calendar": calendar.address_for(asked.staff), "update": day.isoformat(), "user_id": id24(asked.staff.uuid)}
    return Answer(body={**known, **agenda(asked.staff, span)})


@face.operation("getMeetingLink", scope=Scope.VIDEO)
def get_link(asked: Asked) -> Answer:
    """The page on which a member of the staff enters."""
    number = int(asked.path["meeting_id"])
    if number > LARGEST_NUMBER:
        raise Refused(Why.UNKNOWN, "There is no such meeting.")
    return Answer(body={"full_link": calendar.link_of(call_visible_to(asked.staff, number).id)})


@face.operation("getGoogleAuthUrl", scope=Scope.VIDEO)
def get_google_url(asked: Asked) -> Answer:
    """For once, within ten minutes, and for the acting user alone, who has to be signed in here on coming back."""
    return _consent(asked, Which.GOOGLE)


@face.operation("getOutlookAuthUrl", scope=Scope.VIDEO)
def get_outlook_url(asked: Asked) -> Answer:
    """The same."""
    return _consent(asked, Which.OUTLOOK)


@face.operation("revokeGoogleCalendar", scope=Scope.VIDEO)
def revoke_google(asked: Asked) -> Answer:
    """Google ends it, and then it is forgotten here."""
    return _revoked(asked, Which.GOOGLE)


@face.operation("revokeOutlookCalendar", scope=Scope.VIDEO)
def revoke_outlook(asked: Asked) -> Answer:
    """It is forgotten here; Microsoft cannot be asked to end it."""
    return _revoked(asked, Which.OUTLOOK)


def _consent(asked: Asked, which: Which) -> Answer:
    try:
        return Answer(body={"auth_url": calendars.begin(asked.staff, which)})
    except NotSetUp as error:
        advice = "Have the calendar subscribe to the address of GET /meet/app/calendar instead."
        raise Refused(Why.UNKNOWN, f"No {TITLES[which]} client is configured here. {advice}", code="not_connected") from error


def _revoked(asked: Asked, which: Which) -> Answer:
    """Where there was nothing to withdraw, the contract tells it by a result."""
    try:
        was_withdrawn = calendars.withdraw(asked.staff, which, asked.body["calendar"])
    except NotVisible:
        return Answer(HTTPStatus.BAD_REQUEST, {"result": False})
    if was_withdrawn:
        return Answer(body={"result": True})
    left = f"The calendar is forgotten here. {TITLES[which]} lists the permission until the user ends it in their account there."
    return Answer(body={"result": True, "detail": left})
