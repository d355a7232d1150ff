"""Audit lines as sentences. Each room says how its own acts read; the table keeps only names, numbers and states."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, get_translations
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.forms import ROLE_NAMES
from app.accounts.models import AuditEvent, Role


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence that reads otherwise of one than of several; `by` names the detail that counts."""

    one: str
    several: str
    by: str

    def __mod__(self, details: Mapping[str, Any]) -> str:
        found = details[self.by]
        number = found if isinstance(found, int) else 2  # missing in an old line, and read as a dash
        return str(get_translations().ungettext(self.one, self.several, number)) % details


def lazy_ngettext(one: str, several: str, *, by: str) -> Counted:
    """Under this name the sentences are found for translation."""
    return Counted(one, several, by)


@dataclass(frozen=True, slots=True)
class Wording:
    """How an act reads. `sentence` may use the details by name; `tag` marks what deserves a second look."""

    sentence: LazyString | Counted
    kind: str
    tag: LazyString | None = None
    tone: str = "warn"


KINDS: dict[str, LazyString] = {
    "sign_in": _l("Sign-ins"),
    "staff": _l("Staff and roles"),
    "records": _l("Records opened"),
    "messages": _l("Messages"),
    "people": _l("Families"),
    "settings": _l("Settings"),
    "export": _l("Exports"),
}
"""The filter of the page."""

DAYS = frozenset({"day", "until"})
"""Details that hold a day."""

_wordings: dict[str, Wording] = {}


def word(action: str, sentence: LazyString | Counted, *, kind: str, tag: LazyString | None = None, tone: str = "warn") -> None:
    """Say how an act reads and under which filter it falls. Called when a room is imported."""
    if kind not in KINDS:
        message = f"{action}: {kind} is no kind of act"
        raise ValueError(message)
    _wordings[action] = Wording(sentence, kind, tag, tone)


def actions_of(kind: str) -> list[str]:
    """The acts that fall under a filter."""
    return [action for action, wording in _wordings.items() if wording.kind == kind]


def wording_of(action: str) -> Wording | None:
    """How an act reads; None where nobody said."""
    return _wordings.get(action)


def sentence_of(line: AuditEvent) -> str:
    """What happened, in the reader's language."""
    wording = _wordings.get(line.action)
    if wording is None:
        return line.action.replace(".", " ").replace("_", " ").capitalize()
    said = wording.sentence if isinstance(wording.sentence, Counted) else str(wording.sentence)
    return said % _values(line.details)


def _values(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """The details with roles in words and days as the reader writes them; what is missing reads as a dash."""
    values: dict[str, Any] = defaultdict(lambda: "–", details)
    for name in DAYS & details.keys():
        values[name] = _day(str(details[name]))
    role = details.get("role")
    if role in list(Role):
        values["role"] = ROLE_NAMES[Role(role)]
    return values


def _day(kept: str) -> str:
    try:
        return str(format_date(date.fromisoformat(kept), "medium"))
    except ValueError:
        return kept


word("staff.signed_in", _l("Signed in"), kind="sign_in")
word("staff.signed_out", _l("Signed out"), kind="sign_in")
word(
    "staff.locked_out",
    lazy_ngettext("%(tries)s failed try to sign in as %(name)s", "%(tries)s failed tries to sign in as %(name)s", by="tries"),
    kind="sign_in",
    tag=_l("Check"),
)
word("staff.unlocked", _l("Let %(name)s try to sign in again"), kind="sign_in")
word(
    "staff.sessions_ended",
    lazy_ngettext(
        "Signed %(name)s out of %(sessions_ended)s device", "Signed %(name)s out of %(sessions_ended)s devices", by="sessions_ended"
    ),
    kind="sign_in",
)
word("staff.reset_requested", _l("Asked for a new password for %(name)s"), kind="sign_in")
word("staff.password_reset", _l("Chose a new password by a mailed link"), kind="sign_in")
word("staff.password_changed", _l("Changed the own password"), kind="sign_in")
word("staff.invited", _l("Invited %(name)s as %(role)s"), kind="staff")
word("staff.invited_again", _l("Sent %(name)s a new invitation"), kind="staff")
word("staff.joined", _l("Joined as %(role)s"), kind="staff")
word("staff.changed", _l("Changed %(name)s, now %(role)s"), kind="staff", tag=_l("Sensitive"))
word("staff.deactivated", _l("Closed the account of %(name)s"), kind="staff", tag=_l("Sensitive"))
word("staff.reactivated", _l("Opened the account of %(name)s again"), kind="staff", tag=_l("Sensitive"))
word("staff.profile_changed", _l("Changed the own profile"), kind="settings")
word("audit.exported", _l("Exported the audit log"), kind="export", tag=_l("Export"))
word("bearer.created", _l("Let the system %(name)s in"), kind="settings", tag=_l("Sensitive"))
word("bearer.changed", _l("Changed the system %(name)s"), kind="settings")
word("bearer.called_off", _l("Called off what the system %(name)s had not sent yet: %(count)s"), kind="settings", tag=_l("Sensitive"))
word("bearer.deleted", _l("Let the system %(name)s in no more"), kind="settings", tag=_l("Sensitive"))
word("api_key.created", _l("Made the key %(key)s for %(name)s"), kind="settings", tag=_l("Sensitive"))
word("api_key.replaced", _l("Replaced the key of %(name)s by %(key)s; the old one ends on %(until)s"), kind="settings")
word("api_key.revoked", _l("Revoked the key %(key)s of %(name)s"), kind="settings", tag=_l("Sensitive"))
