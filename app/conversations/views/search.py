"""Search results in the list's place: people first, then what was said, with the found words marked."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup, escape
from sqlalchemy import Row

from app.accounts.models import Staff
from app.conversations import queries_people
from app.conversations.models import MessageKind
from app.conversations.queries_search import Wanted, direct_conversations, search_messages
from app.conversations.signed import signed
from app.conversations.views.choices import Choice
from app.conversations.views.list_head import list_head
from app.conversations.views.list_shown import ListShown, counts
from app.conversations.views.timeline_lines import ICONS
from app.core.ids import row_number
from app.core.local_clock import LocalClock
from app.core.search_text import fold

PEOPLE = 6
AROUND = 60
KINDS = ("inbound", "outbound", "note", "file")


@dataclass(slots=True)
class ShownHit:
    """A message found."""

    href: str
    name: str
    when: str
    snippet: Markup
    who: str
    glyph: str


@dataclass(slots=True)
class ShownResults:
    """What `_results.html` prints."""

    query: str
    kind: str
    since: str
    until: str
    person: str
    people: list[dict[str, Any]] = field(default_factory=list)
    hits: list[ShownHit] = field(default_factory=list)
    older: str = ""
    is_more: bool = False


def wanted_of(choice: Choice, clock: LocalClock) -> Wanted:
    """Read the filters of a search from the address."""
    kind = request.args.get("kind", "")
    since, until = (_day(request.args.get(name, ""), clock) for name in ("since", "until"))
    return Wanted(
        choice.query,
        kind=kind if kind in KINDS else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
        conversation_id=request.args.get("in", type=row_number),
        person=fold(request.args.get("person", "")[:80]),
        before=choice.before,
    )


def results_shown(staff: Staff, choice: Choice, clock: LocalClock) -> ListShown:
    """The list pane with results in it."""
    wanted = wanted_of(choice, clock)
    shown = ListShown(list_head(staff, choice, counts(staff), beside_thread=False))
    results = ShownResults(
        choice.query, wanted.kind, request.args.get("since", ""), request.args.get("until", ""), request.args.get("person", "")[:80]
    )
    if choice.before is None and not (wanted.kind or wanted.since or wanted.until or wanted.conversation_id or wanted.person):
        results.people = _people(staff, choice.query)
    hits = search_messages(staff, wanted)
    results.hits = [_hit(row, choice.query, clock) for row in hits.rows]
    results.is_more = choice.before is not None
    if hits.older is not None:
        kept = {key: value for key, value in request.args.items() if key != "before" and value}
        results.older = "/conversations?" + urlencode({**kept, "before": hits.older})
    shown.results = results
    return shown


def _people(staff: Staff, words: str) -> list[dict[str, Any]]:
    found = queries_people.find_guardians(staff, words, limit=PEOPLE)
    known = direct_conversations(staff, [each.guardian_id for each in found])
    return [
        {
            "name": each.name,
            "children": each.children,
            "href": f"/conversations/{known[each.guardian_id]}" if each.guardian_id in known
            else f"/conversations/new?contact_point={each.contact_point_id}",
            "is_open": each.guardian_id in known,
        }
        for each in found
    ]  # fmt: skip


def _hit(row: Row[Any], words: str, clock: LocalClock) -> ShownHit:
    glyph = {MessageKind.NOTE: "lock", MessageKind.OUTBOUND: "send-2", MessageKind.EVENT: "history"}.get(row.kind, "")
    terms = [fold(word) for word in re.findall(r"\w+", words)]
    is_event = row.kind == MessageKind.EVENT
    text = _said_at(row, terms) if is_event else row.body
    text = text if not row.translation or _position(text, terms) is not None else row.translation
    glyph = ICONS.get(row.reference_type, (glyph,))[0] if is_event else glyph
    return ShownHit(
        f"/conversations/{row.conversation_id}?message={row.id}",
        row.title,
        clock.short(row.created_at),
        marked(text, terms),
        signed(row.author, row.details),
        glyph,
    )


def _said_at(row: Row[Any], terms: list[str]) -> str:
    """Of a call or a voicemail: the notes, or what was said; where the line shows only its beginning, as it is kept for searching."""
    shown = " · ".join(str(row.details[name]) for name in ("quote", "notes", "text") if row.details.get(name))
    return shown if _position(shown, terms) is not None else str(row.search_text)


def marked(text: str, terms: list[str]) -> Markup:
    """A stretch of `text` around the first word found, with every found word marked."""
    flat = " ".join(text.split())
    first = _position(flat, terms) or 0
    start = max(0, first - AROUND // 2)
    start = flat.find(" ", start, first) + 1 or start if start else 0  # at the beginning of a word
    piece = flat[start : start + AROUND * 2]
    html, end = [], 0
    for match in re.finditer(r"\w+", piece):
        if any(fold(match[0]).startswith(term) for term in terms if term):
            html += [escape(piece[end : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
            end = match.end()
    html.append(escape(piece[end:]))
    return Markup("").join(["…" if start else "", *html])


def _position(text: str, terms: list[str]) -> int | None:
    found = (match.start() for match in re.finditer(r"\w+", text) if any(fold(match[0]).startswith(term) for term in terms if term))
    return next(found, None)


def _day(text: str, clock: LocalClock) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=clock.zone)
    except ValueError:
        return None
