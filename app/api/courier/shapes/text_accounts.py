"""Text accounts, their numbers, and whose new conversations are held from which."""

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import NumberLog
from app.api.courier.queries.text_accounts import ShownAccount, ShownNumber
from app.api.courier.queries.user_numbers import ShownMap
from app.core.ids import made_at


def account(each: ShownAccount) -> Resource:
    """A pool of numbers."""
    attributes = {
        "allow-custom-number": bool(each.row and each.row.allow_custom_number),
        "created-at": moment(made_at(each.pool.uuid)),
        "organization-id": each.organization,
        "phone-number": each.phone_number,
        "twilio-id": each.pool.provider_id,
    }
    return resource("text-accounts", each.pool.uuid, attributes)


def number(each: ShownNumber) -> Resource:
    """A number of an account, and what it does beside its work. The carrier does not say where it is."""
    ours, rules = each.number, each.rules
    attributes = {
        "account-id": str(each.account),
        "alert": bool(rules and rules.alert),
        "capability-mms": True,
        "capability-sms": True,
        "capability-voice": ours.kind != "short_code",
        "created-at": moment(made_at(ours.uuid)),
        "events": {"unknown-number": rules.unknown_number if rules else {}},
        "forward-to": rules.forward_to if rules else None,
        "lata": None,
        "latitude": None,
        "logging": bool(rules and rules.logging),
        "longitude": None,
        "notes": (rules.notes if rules else None) or ours.label,
        "phone-number": ours.address,
        "postal-code": None,
        "rate-center": None,
        "region": None,
        "twilio-id": ours.provider_id,
    }
    return resource("text-account-numbers", ours.uuid, attributes)


def log_line(row: NumberLog) -> Resource:
    """A line of the log of a number."""
    return resource("text-number-logs", row.uuid, {"created-at": moment(row.at), "log": row.line})


def user_number(each: ShownMap) -> Resource:
    """Somebody's number within an organization."""
    attributes = {
        "created-at": moment(each.row.created_at),
        "number-id": str(each.number),
        "organization-id": each.organization,
        "user-id": str(each.user),
    }
    return resource("text-user-number-maps", each.row.uuid, attributes)
