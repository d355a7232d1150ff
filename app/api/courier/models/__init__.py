"""What this face keeps and the rooms have no place for. Everything else is read from theirs."""

from app.api.courier.models.broadcasts import BulkMessage, Multicast
from app.api.courier.models.channels import Bookmark, ChannelDetails, ChannelPin, MessageDraft
from app.api.courier.models.emails import EmailStatus, UserEmail
from app.api.courier.models.rules import Announcer, MessagingOperation, Plugin, Responder
from app.api.courier.models.uploads import Upload, UploadKind
from app.api.courier.models.users import BadgeCount, UserDevice, UserNotification, UserPreference
from app.api.courier.models.videos import VideoDetails

__all__ = [
    "Announcer",
    "BadgeCount",
    "Bookmark",
    "BulkMessage",
    "ChannelDetails",
    "ChannelPin",
    "EmailStatus",
    "MessageDraft",
    "MessagingOperation",
    "Multicast",
    "Plugin",
    "Responder",
    "Upload",
    "UploadKind",
    "UserDevice",
    "UserEmail",
    "UserNotification",
    "UserPreference",
    "VideoDetails",
]
