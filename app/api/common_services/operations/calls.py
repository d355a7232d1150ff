"""Conferences, calls, voicemails and phones in browsers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services import queries_calls as queries
from app.api.common_services.face import face
from app.api.common_services.operations.messages import named
from app.api.common_services.operations.told import told
from app.api.common_services.service import browser_phones
from app.api.common_services.service import calls as service
from app.api.common_services.service.conversations import Named
from app.api.common_services.shapes.calls import call_shape, conference_shape, main_call_shape, voicemail_shape
from app.calls.direct_script import script_of
from app.calls.links import open_link
from app.calls.queries_recordings import Words
from app.calls.service import direct_scripting, opening
from app.carrier.voice_choice import addresses_of

BY_THE_ENDPOINT = timedelta(hours=12)
XML = "application/xml"


@face.operation("createConferenceCall", scope=Scope.CALL)
@told
def create_conference(asked: Asked) -> Answer:
    """The moderator first, then the contacts."""
    body = asked.body
    wish = service.Conference(
        number=body["twilio_number"], moderator=body["moderator_number"], client_id=body["client_conversation_id"],
        guests=body["participant_numbers"], welcome_message=body.get("welcome_message", ""), callback_url=body.get("callback_url"),
    )  # fmt: skip
    return Answer(201, main_call_shape(service.start_conference(asked.caller, wish), None))


@face.operation("getConferenceCall", scope=Scope.CALL)
@told
def get_conference(asked: Asked) -> Answer:
    """As a whole."""
    found = queries.conference_visible_to(asked.caller, UUID(asked.path["uuid"]))
    return Answer(200, conference_shape(found, link_to(found.words, asked.staff)))


@face.operation("getCall", scope=Scope.CALL)
@told
def get_call(asked: Asked) -> Answer:
    """Direct, or the main call of a conference."""
    found = queries.call_visible_to(asked.caller, UUID(asked.path["uuid"]))
    return Answer(200, call_shape(found, link_to(found.words, asked.staff)))


@face.operation("getCallV2", scope=Scope.CALL)
@told
def get_call_v2(asked: Asked) -> Answer:
    """With the client's own data."""
    return Answer(200, _with_metadata(queries.call_visible_to(asked.caller, UUID(asked.path["uuid"])), asked.staff))


@face.operation("updateCallV2", scope=Scope.CALL)
@told
def update_call_v2(asked: Asked) -> Answer:
    """The client's own data, or where news of the call goes."""
    body = asked.body["call"]
    uuid = UUID(asked.path["uuid"])
    changed = service.change(asked.caller, uuid, details=body.get("metadata"), callback_url=body.get("callback_url"))
    return Answer(200, _with_metadata(changed, asked.staff))


@face.operation("getCallRecordingUrl", scope=Scope.CALL)
@told
def recording_url(asked: Asked) -> Answer:
    """Signed, for twelve hours. Who fetches it is noted as who acts behind the key."""
    found = queries.call_visible_to(asked.caller, UUID(asked.path["uuid"]))
    link = link_to(found.words, asked.staff)
    if found.words is not None and link is not None:
        opening.note_opened(asked.staff, found.words.recording)
    return Answer(200, {"recording_url": link or ""})


@face.operation("getVoicemail", scope=Scope.READ_VOICEMAIL)
@told
def get_voicemail(asked: Asked) -> Answer:
    """With a fresh address of its sound."""
    left = queries.voicemail_visible_to(asked.caller, asked.path["id"])
    return Answer(200, voicemail_shape(left, link_to(left.words, asked.staff, timedelta(hours=24))))


@face.operation("createVoiceToken", scope=Scope.CALL)
@told
def voice_token(asked: Asked) -> Answer:
    """Tied to a conversation, which is opened where there is none."""
    body = asked.body["conversation"]
    issued = browser_phones.for_conversation(
        asked.caller, body["moderator_id"], named(body), conversation_id=body.get("conversation_id"), sid=body.get("messaging_service_sid"),
        customer=body.get("global_customer_id"), client_call_id=body.get("client_call_id"), callback_url=body.get("callback_url"),
    )  # fmt: skip
    return Answer(201, {"identity": issued.identity, "token": issued.token})


@face.operation("createVoiceTokenV2", scope=Scope.CALL)
@told
def voice_token_v2(asked: Asked) -> Answer:
    """Tied to nobody but the member of staff."""
    issued = browser_phones.for_nobody(asked.caller, asked.body["moderator_id"], asked.body.get("callback_url"))
    return Answer(201, {"identity": issued.identity, "token": issued.token})


@face.operation("createSdkResponse", scope=Scope.CALL)
@told
def sdk_response(asked: Asked) -> Answer:
    """What a call from a browser is to do: dial the contact."""
    body = asked.body or {}
    meant = named(body)
    wish = service.FromBrowser(
        to=body.get("To"), named=None if meant == Named() else meant, sid=body.get("messaging_service_sid"),
        customer=body.get("global_customer_id"), callback_url=body.get("callback_url"),
    )  # fmt: skip
    call = service.start_from_browser(asked.caller, wish)
    said = direct_scripting.for_program(asked.staff, call.id)
    return Answer(200, script_of(said, addresses_of(current_app)), content_type=XML)


def link_to(words: Words | None, staff: Staff, lifetime: timedelta = BY_THE_ENDPOINT) -> str | None:
    """Where a program fetches what was recorded, as long as `staff` may hear it."""
    if words is None or words.recording.file_key is None:
        return None
    return open_link(words.recording.id, staff.id, lifetime).url


def _with_metadata(found: queries.Told, staff: Staff) -> dict[str, Any]:
    return {**call_shape(found, link_to(found.words, staff)), "metadata": found.client.details}
