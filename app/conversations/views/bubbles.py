"""Messages as the thread's template prints them: sides, days, languages, files and reactions."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self
from uuid import UUID

from markupsafe import Markup

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import MessageKind
from app.conversations.queries_message_row import MessageRow
from app.conversations.signed import signed, system_of
from app.conversations.translation.choice import Reach, reach
from app.conversations.views import attached
from app.conversations.views.bubble_words import with_mentions, words
from app.conversations.views.fates import Trouble, fate_of, undo_until
from app.conversations.views.timeline_lines import Line, line_of
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, text_direction

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
    reads_schools: bool = False
    """The reader opens all calls of the school, and not only their own."""

    @classmethod
    def of(cls, staff: Staff, clock: LocalClock, *, is_group: bool, ways: tuple[tuple[int, str], ...]) -> Self:
        """The one of a page that this person reads."""
        reads_schools = role_allows(staff.role, Permission.READ_SCHOOL_THREADS)
        return cls(staff.id, clock, is_group=is_group, reach=reach(), ways=ways, reads_schools=reads_schools)

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
            return bool(row.staff_id != self.my_id or system_of(row.details))
        return self.is_group and row.kind == MessageKind.INBOUND

    def _bubble(self, row: MessageRow, full_name: str) -> Bubble:
        side = SIDES[row.kind]
        mine = row.staff_id == self.my_id
        by_hand = not system_of(row.details)
        author = _("You") if mine and by_hand and side == "out" else signed(row.author, row.details) or full_name
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
            fate = fate_of(row, self.clock, is_group=self.is_group)
            bubble.state, bubble.state_words, bubble.state_time, bubble.trouble = fate.state, fate.words, fate.time, fate.trouble
            if mine and by_hand and fate.state != "failed":
                bubble.undo_until = undo_until(row)
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

    def _event(self, row: MessageRow) -> Bubble:
        line = line_of(row)
        return Bubble(
            id=row.id,
            uuid=str(UUID(str(row.uuid))),
            side="event",
            who=row.author,
            first_name="",
            time=self.clock.time(row.created_at),
            stamp=row.created_at.isoformat(timespec="seconds"),
            text=Markup(),
            line=replace(line, href=line.opened_to(row, self.my_id, reads_schools=self.reads_schools)),
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
