"""What lines of the timeline say that nobody texted. Later rooms register theirs: calls, voicemails, faxes, announcements."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.conversations.queries_message_row import MessageRow
from app.directory.timeline import MomentKind

ICONS = {
    MomentKind.CALL: ("phone", "call"),
    MomentKind.VOICEMAIL: ("record-mail", "voicemail"),
    MomentKind.FAX: ("printer", ""),
    MomentKind.ANNOUNCEMENT: ("speakerphone", "announce"),
}
"""Of what a line is about: its glyph and its tone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. Without a `glyph` it is a small grey sentence; `template` is for a room that shows more than words."""

    text: str
    glyph: str = ""
    tone: str = ""
    title: str = ""
    quote: str = ""
    template: str = ""
    href: str = ""
    """Where the whole of it is."""
    own_href: str = ""
    """The same where not everybody in the thread may open it: for its author, and for who reads all of a school."""
    asks: tuple[str, str] | None = None
    """The two answers to a question: accept, dismiss."""

    def opened_to(self, row: MessageRow, staff_id: int, *, reads_schools: bool) -> str:
        """Where the whole of it is for this person; nothing where they may not open it."""
        is_theirs = reads_schools or staff_id in {row.staff_id, row.details.get("for_id")}
        return self.href or (self.own_href if is_theirs else "")


Teller = Callable[[MessageRow], Line]
_tellers: dict[str, Teller] = {}


def tells(kind: str) -> Callable[[Teller], Teller]:
    """Register what is said about events whose details carry this type."""

    def register(teller: Teller) -> Teller:
        _tellers[kind] = teller
        return teller

    return register


def line_of(row: MessageRow) -> Line:
    """The words for one event; of a kind that nobody registered, what the event itself brings."""
    details = row.details or {}
    teller = _tellers.get(details.get("type") or row.reference_type or "")
    if teller is not None:
        return teller(row)
    return Line(str(details.get("text") or row.body or details.get("type") or ""), str(details.get("glyph") or ""))


def _name(row: MessageRow) -> str:
    return str((row.details or {}).get("to") or "")


@tells("assigned")
def _assigned(row: MessageRow) -> Line:
    if row.author == _name(row):
        return Line(_("%(who)s took this conversation", who=row.author))
    return Line(_("%(who)s assigned this to %(name)s", who=row.author, name=_name(row)))


@tells("unassigned")
def _unassigned(row: MessageRow) -> Line:
    return Line(_("%(who)s assigned this to nobody", who=row.author))


@tells("member_added")
def _member_added(row: MessageRow) -> Line:
    return Line(_("%(who)s added %(name)s", who=row.author, name=_name(row)))


@tells("member_removed")
def _member_removed(row: MessageRow) -> Line:
    return Line(_("%(who)s removed %(name)s", who=row.author, name=_name(row)))


@tells("colleague_added")
def _colleague_added(row: MessageRow) -> Line:
    return Line(_("%(who)s added %(name)s", who=row.author, name=_name(row)))


@tells("colleague_left")
def _colleague_left(row: MessageRow) -> Line:
    if row.author == _name(row):
        return Line(_("%(name)s left", name=row.author))
    return Line(_("%(who)s removed %(name)s", who=row.author, name=_name(row)))


@tells("pairing_ended")
def _pairing_ended(_row: MessageRow) -> Line:
    return Line(_("The records changed, so this number’s line was stopped"))


@tells("opted_out")
def _opted_out(row: MessageRow) -> Line:
    said = _("%(name)s texted STOP. Texts are off; you can call. Only they can opt back in, by texting START.", name=row.author)
    if number := row.details.get("number"):
        said = _("%(name)s texted STOP to %(number)s. You can call. Only they can opt back in, by texting START to it.",
                 name=row.author, number=number)  # fmt: skip
    return Line(said, "ban", "failed")


@tells("opted_in")
def _opted_in(row: MessageRow) -> Line:
    return Line(_("%(name)s texted START. Texts are on again.", name=row.author), "circle-check")


@tells("asked_for_help")
def _asked_for_help(row: MessageRow) -> Line:
    return Line(_("%(name)s asked for HELP and got the school’s answer.", name=row.author), "help-circle")


@tells("refusal_suggested")
def _refusal_suggested(row: MessageRow) -> Line:
    details = row.details
    questions = {
        "stop_asked": (_("This reads like “please stop texting”."), _("Stop texts to this number")),
        "wrong_person": (_("This reads like a wrong number."), _("Mark as wrong number")),
        "left_school": (_("This reads as if the child left the school."), _("I’ll tell the office")),
    }
    said, accept = questions.get(details.get("refusal", ""), (_("This may be a refusal."), _("Accept")))
    if "accepted" not in details:
        return Line(said, "bulb", asks=(accept, _("No, dismiss")))
    verdict = _("accepted by %(name)s") if details["accepted"] else _("dismissed by %(name)s")
    return Line(f"{said} · {verdict % {'name': details.get('decided_by', '')}}", "bulb")
