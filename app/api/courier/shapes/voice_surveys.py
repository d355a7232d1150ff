"""Surveys by telephone as documents."""

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.voice_surveys import ShownSurvey


def survey(each: ShownSurvey) -> Resource:
    """Who is asked, and how far it is."""
    attributes = {
        "created-at": moment(each.row.created_at),
        "created-by": str(each.author),
        "individual-id": str(each.row.individual),
        "organization-id": str(each.organization),
        "state": each.state,
    }
    return resource("voice-surveys", each.row.uuid, attributes)
