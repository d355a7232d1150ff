"""Requests for tests: a text to the guardian of a family."""

from itertools import count
from typing import Any

from app.delivery.service import EnqueueRequest, Recipient
from tests.factories.threads import Family

_owner_ids = count(1)


def request_to(people: Family, body: str = "Bring rain boots", **fields: Any) -> EnqueueRequest:
    """A text on behalf of an owner of its own."""
    recipient = Recipient(people.contact_point.address, people.number.id, people.contact_point.id)
    return EnqueueRequest(
        **{
            "district_id": people.school.district_id,
            "owner_kind": "test",
            "owner_id": next(_owner_ids),
            "body": body,
            "recipients": (recipient,),
        }
        | fields
    )
