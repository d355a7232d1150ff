"""What happens in calls and voicemails, as news for the programs whose they are."""

from sqlalchemy import select

from app.accounts.queries_access import hears_as
from app.accounts.scopes import Scope
from app.api import programs
from app.api.common_services.models import ClientCall, ClientConversation, ClientParticipant
from app.api.common_services.webhook_announcements import hear_call
from app.api.common_services.webhook_map import owner_of
from app.api.common_services.webhooks import tell_call, tell_voicemail
from app.calls.events import CallChanged, RecordingChanged
from app.calls.models import Call, CallKind, RecordingKind
from app.core.database import db
from app.voicemail.events import VoicemailChanged
from app.voicemail.models import Voicemail
from app.voicemail.queries import sees

FIRST = 1
"""The version of a call that was just written down."""


@programs.within(CallChanged)
def follow(fact: CallChanged) -> None:
    """A call of a program moved on, or somebody called back in one of its conversations."""
    client = _of(fact.call_id)
    if client is None and not fact.is_conference and (call := db.session.get_one(Call, fact.call_id)).kind == CallKind.RETURN:
        if fact.version == FIRST:
            hear_call(call)
        client = _called_back(call)
    if client is not None:
        tell_call(client)


@programs.within(RecordingChanged)
def follow_recording(fact: RecordingChanged) -> None:
    """What was recorded can be heard or read now."""
    client = _of(fact.call_id) if fact.kind != RecordingKind.VOICEMAIL else None
    if client is not None:
        tell_call(client)


@programs.within(VoicemailChanged)
def follow_voicemail(fact: VoicemailChanged) -> None:
    """A message was left, can be heard, or has its words."""
    row = db.session.get_one(Voicemail, fact.voicemail_id)
    if row.call_id is None:
        return
    client = _of(row.call_id)
    bearer_id = client.bearer_id if client is not None else owner_of(row.phone_number_id)
    if bearer_id is None:
        return
    staff, scopes = hears_as(bearer_id)
    is_its_own = client is not None or Scope.READ_VOICEMAIL in scopes
    if is_its_own and sees(staff, row):  # the number may be of the whole district, and the box of another school
        tell_voicemail(client or _kept(row.call_id, row.district_id, bearer_id, None), row, staff, scopes)


def _called_back(call: Call) -> ClientCall | None:
    if call.conversation_id is None:
        return None
    talk = db.session.scalar(
        select(ClientConversation)
        .join(ClientParticipant, ClientParticipant.conversation_id == ClientConversation.id)
        .where(ClientParticipant.thread_id == call.conversation_id)
    )
    return _kept(call.id, call.district_id, talk.bearer_id, talk.id) if talk is not None else None


def _of(call_id: int) -> ClientCall | None:
    return db.session.scalar(select(ClientCall).where(ClientCall.call_id == call_id))


def _kept(call_id: int, district_id: int, bearer_id: int, conversation_id: int | None) -> ClientCall:
    row = ClientCall(call_id=call_id, district_id=district_id, bearer_id=bearer_id, conversation_id=conversation_id)
    db.session.add(row)
    db.session.flush()
    return row
