"""The carrier's words for what becomes of an outbound text, without loading its library."""

from app.carrier.gateway import CarrierStatus

STATUSES = {
    "accepted": CarrierStatus.QUEUED,
    "scheduled": CarrierStatus.QUEUED,
    "queued": CarrierStatus.QUEUED,
    "sending": CarrierStatus.QUEUED,
    "sent": CarrierStatus.SENT,
    "delivered": CarrierStatus.DELIVERED,
    "read": CarrierStatus.DELIVERED,
    "partially_delivered": CarrierStatus.SENT,
    "undelivered": CarrierStatus.FAILED,
    "failed": CarrierStatus.FAILED,
    "canceled": CarrierStatus.CANCELLED,
}
