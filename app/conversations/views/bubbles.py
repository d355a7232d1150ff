"""Messages as the thread's template prints them: sides, days, words about delivery, and what can be done about a failure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import ngettext
from markupsafe import Markup

from app.carrier.error_codes import NextStep, explain
from app.conversations.models import MessageKind, MessageStatus
from app.conversations.queries_message_row import MessageRow
from app.conversations.translation.choice import Reach
from app.conversations.views import attached
from app.conversations.views.bubble_words import with_mentions, words
from app.conversations.views.timeline_lines import Line, line_of
from app.core.clock import now
from app.core.json_rows import moment
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, text_direction

ON_THE_WAY = frozenset({MessageStatus.PENDING, MessageStatus.PROCESSING, MessageStatus.SENDING})
FAILED = frozenset({MessageStatus.FAILED, MessageStatus.BLOCKED})
SIDES: dict[str, str] = {MessageKind.INBOUND: "in", MessageKind.OUTBOUND: "out", MessageKind.NOTE: "note", MessageKind.EVENT: "event"}


class Place(NamedTuple):
    """What the messages around it make of one: a day above it, whether it joins the one before, who has read up to it."""

    day: str = ""
    joined: bool = False
    seen_by: tuple[str, ...] = ()
    continues: bool = False
    """It answers the same as the last one that answers something."""
    full_name: str = ""
    """Of a guardian whose name the message does not carry."""


ALONE = Place()


@dataclass(slots=True)
class OtherLanguage:
    """The same words in the other language, one click away."""

    code: str
    direction: str
    heading: str
    text: Markup
    by_machine: bool


@dataclass(slots=True)
class Untranslated:
    """What a family wrote in a language that the reader does not read: what was tried, and what can be."""

    heading: str
    advice: str
    can_try: bool


@dataclass(slots=True)
class Answered:
    """What a text answers: an announcement, or its question with the choice; the way there for who may see it."""

    title: str
    choice: str
    href: str


@dataclass(slots=True)
class Trouble:
    """Why a text did not arrive, and the ways out."""

    reason: str
    advice: str
    steps: frozenset[NextStep]
    link: str | None
    is_doubtful: bool = False


@dataclass(slots=True)
class Bubble:
    """One entry of the thread."""

    id: int
    uuid: str
    side: str
    who: str
    first_name: str
    time: str
    stamp: str
    text: Markup
    language: str | None = None
    direction: str | None = None
    day: str = ""
    joined: bool = False
    shows_who: bool = False
    state: str = ""
    state_words: str = ""
    state_time: str = ""
    undo_until: str = ""
    other: OtherLanguage | None = None
    untranslated: Untranslated | None = None
    answered: Answered | None = None
    trouble: Trouble | None = None
    files: list[attached.ShownFile] = field(default_factory=list)
    reactions: list[tuple[str, int, bool]] = field(default_factory=list)
    seen_by: list[str] = field(default_factory=list)
    is_automatic: bool = False
    line: Line | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class BubblePrinter:
    """Makes bubbles for one reader of one conversation: what depends on a message and on that, and on nothing else."""

    my_id: int
    clock: LocalClock
    is_group: bool
    reach: Reach = Reach.ANYTHING
    """What the translator of this place can do."""
    ways: tuple[tuple[int, str], ...] = ()
    """Where the reader finds what messages answer, by its number."""

    @property
    def reader(self) -> str:
        """The reader's language."""
        return self.clock.reader.split("_")[0]

    def bubble(self, row: MessageRow, place: Place = ALONE) -> Bubble:
        """One entry in its place."""
        shown = self._event(row) if row.kind == MessageKind.EVENT else self._bubble(row, place.full_name)
        if "answers" in row.details and not place.continues:
            shown.answered = self._answered(row.details["answers"])
        shown.day, shown.joined, shown.seen_by = place.day, place.joined, list(place.seen_by)
        shown.shows_who = shown.side == "note" or (not place.joined and self._needs_name(row))
        return shown

    def _needs_name(self, row: MessageRow) -> bool:
        if row.kind == MessageKind.OUTBOUND:
            return bool(row.staff_id != self.my_id)
        return self.is_group and row.kind == MessageKind.INBOUND

    def _bubble(self, row: MessageRow, full_name: str) -> Bubble:
        side = SIDES[row.kind]
        mine = row.staff_id == self.my_id
        author = _("You") if mine and side == "out" else row.author or full_name
        bubble = Bubble(
            id=row.id,
            uuid=str(UUID(str(row.uuid))),
            side=side,
            who=author,
            first_name=author.split(" ")[0],
            time=self.clock.time(row.created_at),
            stamp=row.created_at.isoformat(timespec="seconds"),
            text=with_mentions(row.body) if side == "note" else words(row.body),
            is_automatic=row.is_automatic,
        )
        self._languages(bubble, row)
        if row.attachments:
            bubble.files = attached.shown(row.attachments, self.my_id)
        if reactions := row.reactions:
            bubble.reactions = self._reactions(reactions)
        if details := row.details:
            bubble.hint = _hint(details)
        if side == "out":
            self._delivery(bubble, row, mine=mine)
        return bubble

    def _languages(self, bubble: Bubble, row: MessageRow) -> None:
        """Each side reads its own language; the other one is one click away."""
        written = row.language if row.language and row.language != self.reader else None
        reads_it_anyway = bubble.side == "in" and row.language == self.reader
        if not row.translation or reads_it_anyway:
            bubble.language, bubble.direction = written, text_direction(written) if written else "auto"
            if bubble.side == "in" and written and not row.awaits_translation:
                bubble.untranslated = self._untranslated(written)
            return
        by_machine = row.translated_by not in {None, "staff"}
        name = language_name(row.language if bubble.side == "in" else row.translation_language)
        if bubble.side == "in":
            bubble.text, heading = words(row.translation), _("Translated from %(language)s", language=name)
            code, text = row.language, words(row.body)
        else:
            heading = _("Sent in %(language)s", language=name)
            code, text = row.translation_language, words(row.translation)
        bubble.direction = "auto"
        bubble.other = OtherLanguage(code or "", text_direction(code), heading, text, by_machine)

    def _answered(self, answers: dict[str, Any]) -> Answered:
        return Answered(answers["title"], answers.get("choice", ""), dict(self.ways).get(answers["id"], ""))

    def _untranslated(self, language: str) -> Untranslated:
        name = language_name(language)
        advice = {
            Reach.NOTHING: _("No translator is set up here. Ask a colleague who reads %(language)s.", language=name),
            Reach.PHRASES: _("Only common phrases are translated here. Ask a colleague who reads %(language)s.", language=name),
            Reach.ANYTHING: _("The translator had no answer. Try again, or ask a colleague who reads %(language)s.", language=name),
        }[self.reach]
        return Untranslated(_("Not translated from %(language)s", language=name), advice, self.reach is Reach.ANYTHING)

    def _reactions(self, reactions: list[dict[str, Any]]) -> list[tuple[str, int, bool]]:
        found: dict[str, tuple[int, bool]] = {}
        for each in sorted(reactions, key=lambda each: int(each["id"])):
            number, mine = found.get(each["emoji"], (0, False))
            found[each["emoji"]] = (number + 1, mine or each["staff_id"] == self.my_id)
        return [(emoji, number, mine) for emoji, (number, mine) in found.items()]

    def _delivery(self, bubble: Bubble, row: MessageRow, *, mine: bool) -> None:
        if row.is_doubtful:
            bubble.state, bubble.trouble = "failed", _doubt()
            return
        if row.status in FAILED or (row.failed and row.status not in ON_THE_WAY):
            self._failure(bubble, row)
        if bubble.trouble or bubble.state:
            return
        bubble.state, at = self._state(row)
        bubble.state_words = self._state_words(bubble.state, row)
        bubble.state_time = self.clock.time(at) if at else ""
        if mine and row.status == MessageStatus.PENDING and row.due_at and row.due_at > now() and not row.is_held:
            bubble.undo_until = row.due_at.isoformat()

    def _state(self, row: MessageRow) -> tuple[str, datetime | None]:
        if row.read_at:
            return "read", row.read_at
        if row.is_held and row.status == MessageStatus.PENDING:
            return "held", None
        if row.status in ON_THE_WAY:
            return "sending", None
        if row.status == MessageStatus.DELIVERED:
            return "delivered", row.delivered_at
        return "sent", row.sent_at

    def _state_words(self, state: str, row: MessageRow) -> str:
        if state == "held" and row.due_at:
            return str(_("Held until %(time)s", time=self.clock.ahead(row.due_at)))
        if self.is_group and row.recipients > 1 and (state in {"sent", "delivered"} or (state == "sending" and row.delivered)):
            return str(_("Delivered to %(done)s of %(all)s", done=row.delivered, all=row.recipients))
        words = {"read": _("Read"), "sending": _("Sending"), "sent": _("Sent"), "delivered": _("Delivered"), "held": _("Held")}
        return str(words[state])

    def _failure(self, bubble: Bubble, row: MessageRow) -> None:
        bubble.state = "failed"
        if row.recipients > 1:
            bubble.state_words = ngettext(
                "Delivered to %(done)s of %(all)s, not to %(num)s", "Delivered to %(done)s of %(all)s, not to %(num)s",
                row.failed, done=row.delivered, all=row.recipients,
            )  # fmt: skip
        else:
            bubble.state_words = _("Not delivered")
        if row.failure_settled:
            return
        failure = explain(row.error_code)
        bubble.trouble = Trouble(str(failure.meaning), str(failure.advice), frozenset(failure.next_steps), failure.link)

    def _event(self, row: MessageRow) -> Bubble:
        return Bubble(
            id=row.id,
            uuid=str(UUID(str(row.uuid))),
            side="event",
            who=row.author,
            first_name="",
            time=self.clock.time(row.created_at),
            stamp=row.created_at.isoformat(timespec="seconds"),
            text=Markup(),
            line=line_of(row),
        )


def _hint(details: dict[str, Any]) -> str:
    """What else must be known: who was left out, what a translation lost."""
    if details.get("skipped"):
        return "; ".join(f"{each.get('name', '')}: {each.get('advice', '')}" for each in details["skipped"][:5])
    if details.get("lost_facts"):
        return str(_("Check the original: the translation lost or changed %(facts)s.", facts=", ".join(details["lost_facts"][:5])))
    if details.get("not_in"):
        return str(_("Sent as it was written, not in %(languages)s", languages=_names(details["not_in"])))
    if details.get("languages"):
        return str(_("Sent in %(languages)s", languages=_names(details["languages"])))
    return ""


def _names(codes: list[str]) -> str:
    return ", ".join(language_name(code) for code in codes)


def _doubt() -> Trouble:
    return Trouble(
        _("Nobody knows whether this left."),
        _("Our line to the carrier broke in that moment, and it has no record. Ask the family, then decide."),
        frozenset(),
        None,
        is_doubtful=True,
    )


@dataclass(frozen=True, slots=True)
class ShownSchedule:
    """A message for later, standing in its place at the end of the thread."""

    id: int
    is_mine: bool
    text: Markup
    body: str
    words: str
    value: str
    problem: str


def schedule(entries: Iterable[dict[str, Any]], my_id: int, clock: LocalClock, *, language: str | None) -> list[ShownSchedule]:
    """The messages for later out of the thread's head, the next one first."""
    shown = []
    for each in sorted(entries, key=lambda each: (each["due_at"], each["id"])):
        due = moment(each["due_at"])
        going = _("Goes out %(time)s", time=clock.ahead(due))
        if each["translation"] and language:
            going = _("Goes out %(time)s, in %(language)s", time=clock.ahead(due), language=language_name(language))
        local = clock.local(due).strftime("%Y-%m-%dT%H:%M")
        mine = each["staff_id"] == my_id
        shown.append(ShownSchedule(each["id"], mine, words(each["body"]), each["body"], going, local, each["problem"] or ""))
    return shown
