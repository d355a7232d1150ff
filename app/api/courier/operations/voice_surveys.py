"""Surveys by telephone."""

from collections.abc import Sequence
from uuid import UUID

from app.accounts.scopes import Scope
from app.announcements.models import Announcement
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import VoiceSurvey
from app.api.courier.queries import voice_surveys as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.service.voice_surveys import start
from app.api.courier.shapes import voice_surveys as shapes


@face.operation("listVoiceSurveys", scope=Scope.ANNOUNCE)
def list_voice_surveys(asked: Asked) -> Answer:
    """The newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = queries.surveys_of(asked.staff).where(place.narrows(VoiceSurvey.school_id)).order_by(VoiceSurvey.id.desc())
    if asked.query.get("filter[individual-id]"):
        wanted = wanted.where(VoiceSurvey.individual == UUID(asked.query["filter[individual-id]"]))
    if asked.query.get("filter[states]"):
        wanted = wanted.where(Announcement.state.in_(queries.states_of(set(asked.query["filter[states]"]))))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _shown(asked, rows)))


@face.operation("createVoiceSurvey", scope=Scope.ANNOUNCE)
def create_voice_survey(asked: Asked) -> Answer:
    """Ask the adults of one person."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    staff = acting(asked)
    return Answer(201, jsonapi.document(_shown(asked, [start(staff, place, UUID(wanted["individual-id"]), wanted["spec"])])[0]))


@face.operation("getVoiceSurvey", scope=Scope.ANNOUNCE)
def get_voice_survey(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_shown(asked, [queries.survey_named(acting(asked), jsonapi.path_id(asked))])[0]))


def _shown(asked: Asked, rows: Sequence[VoiceSurvey]) -> list[Resource]:
    return [shapes.survey(each) for each in queries.surveys_shown(asked.staff, rows)]
