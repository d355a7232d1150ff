"""What a key may do, in words of the settings page."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.scopes import ALL, Scope

MOST_BADGES = 4


class Words(NamedTuple):
    """A short name for badges, and what it opens."""

    name: LazyString
    detail: LazyString
    reaches_families: bool = False


SCOPE_WORDS: dict[Scope, Words] = {
    Scope.READ_PEOPLE: Words(_l("Read people"), _l("Students, guardians, classes, and how each is reached")),
    Scope.WRITE_PEOPLE: Words(_l("Write people"), _l("Families’ details and groups")),
    Scope.READ_TEXTS: Words(_l("Read texts"), _l("Conversations, messages and their files")),
    Scope.SEND_TEXTS: Words(_l("Send texts"), _l("Text families, answer them, schedule and cancel"), reaches_families=True),
    Scope.ANNOUNCE: Words(_l("Announce"), _l("Send to many families at once, by text, call and email"), reaches_families=True),
    Scope.CALL: Words(_l("Call"), _l("Call families and hold conferences"), reaches_families=True),
    Scope.READ_VOICEMAIL: Words(_l("Read voicemails"), _l("Voicemails and recordings of calls")),
    Scope.READ_FAXES: Words(_l("Read faxes"), _l("Faxes that came and went, with their pages")),
    Scope.SEND_FAXES: Words(_l("Send faxes"), _l("Send, forward and delete faxes"), reaches_families=True),
    Scope.VIDEO: Words(
        _l("Video calls"),
        _l("Begin video calls and end them. Colleagues who read a school’s conversations may join one unasked; everybody in it is told"),
        reaches_families=True,
    ),
    Scope.WEBHOOKS: Words(_l("Webhooks"), _l("Say where events of the whole district go")),
    Scope.MANAGE: Words(_l("Manage"), _l("Bearers, keys, staff and settings: as much as a district admin")),
}


class Badge(NamedTuple):
    """One word on a key's row."""

    text: str
    tone: str


def badges_of(scopes: frozenset[Scope]) -> list[Badge]:
    """What a key may do, in few words."""
    if scopes == ALL:
        return [Badge(_("Everything"), "brand")]
    if scopes == ALL - {Scope.MANAGE}:
        return [Badge(_("Everything but manage"), "brand")]
    found = [Badge(str(SCOPE_WORDS[one].name), "brand" if SCOPE_WORDS[one].reaches_families else "") for one in Scope if one in scopes]
    if len(found) <= MOST_BADGES:
        return found
    return [*found[: MOST_BADGES - 1], Badge(_("and %(count)s more", count=len(found) - MOST_BADGES + 1), "")]
