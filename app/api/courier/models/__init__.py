"""What this face keeps and the rooms have no place for. Everything else is read from theirs."""

from app.api.courier.models.broadcasts import BulkMessage, Multicast
from app.api.courier.models.channels import Bookmark, ChannelDetails, ChannelPin, MessageDraft
from app.api.courier.models.consents import ConsentRequest, ConsentState
from app.api.courier.models.emails import EmailStatus, UserEmail
from app.api.courier.models.lookups import LookupState, NumberLookup
from app.api.courier.models.preferences import OrgPreference
from app.api.courier.models.rules import Announcer, MessagingOperation, Plugin, Responder
from app.api.courier.models.text_accounts import NumberLog, NumberOfUser, NumberRules, TextAccount
from app.api.courier.models.texts import SingleText
from app.api.courier.models.uploads import Upload, UploadKind
from app.api.courier.models.users import BadgeCount, UserDevice, UserNotification, UserPreference
from app.api.courier.models.videos import VideoDetails
from app.api.courier.models.voice_surveys import VoiceSurvey
from app.api.courier.models.voice_tasks import TaskState, VoiceTask

__all__ = [
    "Announcer",
    "BadgeCount",
    "Bookmark",
    "BulkMessage",
    "ChannelDetails",
    "ChannelPin",
    "ConsentRequest",
    "ConsentState",
    "EmailStatus",
    "LookupState",
    "MessageDraft",
    "MessagingOperation",
    "Multicast",
    "NumberLog",
    "NumberLookup",
    "NumberOfUser",
    "NumberRules",
    "OrgPreference",
    "Plugin",
    "Responder",
    "SingleText",
    "TaskState",
    "TextAccount",
    "Upload",
    "UploadKind",
    "UserDevice",
    "UserEmail",
    "UserNotification",
    "UserPreference",
    "VideoDetails",
    "VoiceSurvey",
    "VoiceTask",
]
