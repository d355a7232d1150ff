"""Our own kinds of events, as endpoints of the settings page choose them. What each carries stands in contracts/homeroom.openapi.yaml."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

TEST = "test"
"""Sent by hand, to any endpoint."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of them, and what happens when."""

    name: str
    words: LazyString


KINDS = (
    Kind("message.received", _l("A family wrote")),
    Kind("message.sent", _l("The carrier took a text")),
    Kind("message.delivered", _l("A text arrived")),
    Kind("message.failed", _l("A text did not arrive")),
    Kind("consent.changed", _l("A number or an address opted out, or in again")),
    Kind("call.finished", _l("A call is over")),
    Kind("voicemail.received", _l("A voicemail can be heard")),
    Kind("fax.received", _l("A fax came")),
    Kind("fax.sent", _l("A fax arrived on the other side")),
    Kind("fax.failed", _l("A fax was not sent")),
    Kind("announcement.finished", _l("An announcement was handed over")),
    Kind("video.ended", _l("A video call is over")),
)
NAMES = frozenset(kind.name for kind in KINDS)
