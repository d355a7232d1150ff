"""What is known of a number, as a document."""

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import NumberLookup


def lookup(row: NumberLookup) -> Resource:
    """The carrier says the network by its name alone."""
    return resource(
        "text-number-info",
        row.uuid,
        {
            "carrier-name": row.carrier_name,
            "created-at": moment(row.created_at),
            "error": row.error,
            "last-modified-at": moment(row.changed_at),
            "mobile-country-code": None,
            "mobile-network-code": None,
            "number": row.number,
            "status": row.state,
            "type": row.kind,
        },
    )
