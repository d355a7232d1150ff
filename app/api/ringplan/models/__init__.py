"""What RingPlan keeps and the house has no place for."""

from app.api.ringplan.models.directory import NumberOwner, Particulars, Subject
from app.api.ringplan.models.hooks import HookAddress, Subscription
from app.api.ringplan.models.texting import RemovedMessage, UploadedFile

__all__ = ["HookAddress", "NumberOwner", "Particulars", "RemovedMessage", "Subject", "Subscription", "UploadedFile"]
