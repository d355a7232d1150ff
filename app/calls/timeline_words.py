"""How calls between two phones read in threads and on the family's page."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from app.calls.durations import length
from app.calls.models import CallState, Outcome
from app.conversations.queries_message_row import MessageRow
from app.conversations.signed import signed
from app.conversations.views.timeline_lines import Line, tells


@tells("direct_call")
def _call(row: MessageRow) -> Line:
    details: dict[str, Any] = row.details or {}
    line = _came_in(details) if details.get("is_inbound") else _went_out(details)
    whole = f"/calls/history/{details['call_id']}" if details.get("call_id") else ""
    return replace(line, quote=str(details.get("notes") or ""), own_href=whole)


@tells("recording")
def _recording(row: MessageRow) -> Line:
    details: dict[str, Any] = row.details or {}
    whole, lasted = f"/recordings/{details.get('recording_id')}", length(round(details.get("seconds") or 0))
    part, parts = details.get("part", 1), details.get("parts", 1)
    if details.get("is_broken"):
        said = _("The call was recorded, and the recording cannot be heard.")
        if parts > 1:
            said = _("The call was recorded, and part %(part)s of %(parts)s cannot be heard.", part=part, parts=parts)
        return Line(said, "microphone-off", "failed", own_href=whole)
    said = _("The call was recorded, %(length)s.", length=lasted)
    if parts > 1:
        said = _("The call was recorded, part %(part)s of %(parts)s, %(length)s.", part=part, parts=parts, length=lasted)
    return Line(said, "microphone", own_href=whole)


def _came_in(details: dict[str, Any]) -> Line:
    name, by = str(details.get("name", "")), str(details.get("by", ""))
    outcome = details.get("outcome")
    if outcome == Outcome.ANSWERED:
        said = _("%(name)s called. %(by)s answered, %(length)s.", name=name, by=by, length=length(int(details.get("seconds", 0))))
        return Line(said, "phone-incoming", "call")
    if outcome == Outcome.STOPPED:
        return Line(_("%(name)s called and asked for no more automated calls.", name=name), "ban")
    if outcome == Outcome.VOICEMAIL:
        return Line(_("%(name)s called, and spoke after the beep.", name=name), "phone-incoming")
    if outcome == Outcome.NO_MESSAGE:
        return Line(_("%(name)s called, and left no message.", name=name), "phone-incoming")
    return Line(_("%(name)s called. Nobody answered.", name=name), "phone-x", "missed")


def _went_out(details: dict[str, Any]) -> Line:
    name, by, status = str(details.get("name", "")), signed(str(details.get("by", "")), details), details.get("status")
    if status == CallState.FINISHED:
        return _picked_up(by, name, length(int(details.get("seconds", 0))), details.get("outcome"))
    if details.get("rang_nobody"):
        return Line(_("%(by)s began to call %(name)s from their own phone. The family’s phone did not ring.", by=by, name=name), "phone-x")
    said = {
        CallState.NO_ANSWER: _("%(by)s called %(name)s. No answer.", by=by, name=name),
        CallState.BUSY: _("%(by)s called %(name)s. The line was busy.", by=by, name=name),
        CallState.CANCELED: _("%(by)s began to call %(name)s, and hung up.", by=by, name=name),
    }.get(CallState(str(status)), _("%(by)s could not call %(name)s: the call was not connected.", by=by, name=name))
    return Line(said, "phone-x")


def _picked_up(by: str, name: str, lasted: str, outcome: object) -> Line:
    """Who did is the carrier's guess: how long it was stands there in any case."""
    if outcome == Outcome.MACHINE:
        return Line(_("%(by)s called %(name)s. Voicemail picked up, %(length)s.", by=by, name=name, length=lasted), "record-mail")
    if outcome == Outcome.FAX:
        return Line(_("%(by)s called %(name)s. A fax machine picked up, %(length)s.", by=by, name=name, length=lasted), "phone-x")
    return Line(_("%(by)s called %(name)s, %(length)s.", by=by, name=name, length=lasted), "phone-outgoing", "call")
