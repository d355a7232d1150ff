"""Questions whether texts are welcome, as documents."""

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.consents import ShownRequest


def consent(each: ShownRequest) -> Resource:
    """The question with the words of its dialogue, and what was answered."""
    row = each.row
    attributes = {
        "args": {"messages": {"accept": row.accept, "initial": row.initial, "invalid-response": row.invalid_response}},
        "created-at": moment(row.created_at),
        "last-modified-at": moment(row.changed_at),
        "organization-id": each.organization,
        "state": each.state,
        "target-id": str(each.point),
        "type": "sms",
        "user-id": str(each.guardian),
    }
    return resource("user-consents", row.uuid, attributes)
