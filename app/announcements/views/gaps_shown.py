"""What its author may not know of the words: who gets a language that they do not read, and whose email has no subject."""

from dataclasses import dataclass

from flask import url_for

from app.announcements.channel_words import channel_name
from app.announcements.models import Announcement, Channel
from app.announcements.planner import Plan
from app.announcements.queries.audience import READS
from app.announcements.views.words import copies, listed
from app.conversations.translation.facts import lost_facts
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext


@dataclass(frozen=True, slots=True)
class Unread:
    """People who read a language in which nothing is written."""

    says: str
    shows: list[tuple[str, str]]
    """Over each channel how many, and the way to them."""
    writes: str
    """The way to where it is missing."""
    panel: str
    write: str
    people: int


@dataclass(frozen=True, slots=True)
class NoSubject:
    """An email whose readers see the subject in another language."""

    says: str
    writes: str
    panel: str


@dataclass(frozen=True, slots=True)
class LostFacts:
    """A text that lost, or changed, what the original says of times, amounts, names or a "not"."""

    says: str
    writes: str
    panel: str


def unread(announcement: Announcement, plan: Plan) -> list[Unread]:
    """The most readers first."""
    numbers: dict[str, dict[str, int]] = {}
    for channel in sorted(plan.channels, key=lambda name: list(Channel).index(Channel(name))):
        for language, number in plan.channels[channel].unread.items():
            numbers.setdefault(language, {})[channel] = number
    found = sorted(numbers.items(), key=lambda one: -max(one[1].values()))
    return [_unread(announcement, plan, language, by_channel) for language, by_channel in found]


def _unread(announcement: Announcement, plan: Plan, language: str, by_channel: dict[str, int]) -> Unread:
    own, other = language_name(language), language_name(announcement.fallback_language)
    most = max(by_channel.values())
    says = ngettext(
        "%(num)s person gets %(other)s though they read %(own)s.", "%(num)s people get %(other)s though they read %(own)s.", most,
        other=other, own=own,
    )  # fmt: skip
    if served := [name for name in plan.channels if name not in by_channel and _has_words(announcement, name, language)]:
        missing = [copies(name, number) for name, number in by_channel.items()]
        says = _(
            "Who reads %(own)s gets %(channels)s in %(other)s, and only %(others)s in %(own)s.",
            channels=listed(missing), own=own, other=other, others=listed([_the(name) for name in served]),
        )  # fmt: skip
    shows = [
        (
            _("%(channel)s: show %(number)s", channel=channel_name(channel), number=number)
            if len(announcement.channels) > 1
            else _("Show %(number)s", number=number),
            url_for(".people", announcement_id=announcement.id, channel=channel, reason=f"{READS}{language}"),
        )
        for channel, number in by_channel.items()
    ]
    panel = f"panel-{next(iter(by_channel))}-{language}"
    return Unread(str(says), shows, _place(announcement, language, panel), panel, _("Write it in %(language)s", language=own), most)


def _the(channel: str) -> str:
    return {Channel.SMS: _("the text"), Channel.VOICE: _("the voice call"), Channel.EMAIL: _("the email")}[Channel(channel)]


def unread_words(found: list[Unread]) -> str:
    """How many these are together."""
    people = ngettext("%(num)s person", "%(num)s people", sum(one.people for one in found))
    languages = ngettext("%(num)s language", "%(num)s languages", len(found))
    return _("Not in their language: %(people)s, %(languages)s", people=people, languages=languages)


def _has_words(announcement: Announcement, channel: str, language: str) -> bool:
    root = language.split("-", maxsplit=1)[0]
    return any(text.channel == channel and text.language.split("-")[0] == root and text.body.strip() for text in announcement.texts)


def without_subject(announcement: Announcement, plan: Plan) -> list[NoSubject]:
    """Emails that somebody gets, in another language than the original, without a subject of their own."""
    email = plan.channels.get(Channel.EMAIL)
    readers = {one.language: one.people for one in email.languages} if email is not None else {}
    found = []
    for text in announcement.texts:
        if text.channel != Channel.EMAIL or text.language == announcement.fallback_language:
            continue
        if text.subject.strip() or not readers.get(text.language):
            continue
        says = ngettext(
            "The email in %(language)s has no subject: %(num)s person sees “%(title)s” there.",
            "The email in %(language)s has no subject: %(num)s people see “%(title)s” there.",
            readers[text.language], language=language_name(text.language), title=announcement.title or _("nothing"),
        )  # fmt: skip
        panel = f"panel-email-{text.language}"
        found.append(NoSubject(str(says), _place(announcement, text.language, panel), panel))
    return found


def lost(announcement: Announcement, plan: Plan) -> list[LostFacts]:
    """Of each text that somebody gets, whoever translated it; the same that the composer says below it."""
    originals = {text.channel: text.body for text in announcement.texts if text.language == announcement.fallback_language}
    found = []
    for text in announcement.texts:
        source, channel = originals.get(text.channel, ""), plan.channels.get(text.channel)
        is_read = channel is not None and any(one.language == text.language and one.people for one in channel.languages)
        if not is_read or text.language == announcement.fallback_language or not source.strip() or not text.body.strip():
            continue
        facts = lost_facts(source, text.body, source=announcement.fallback_language or "", target=text.language)
        if facts:
            name = language_name(text.language)
            name = f"{channel_name(text.channel)}, {name}" if len(announcement.channels) > 1 else name
            says = _("%(text)s: %(facts)s", text=name, facts=", ".join(facts[:5]))
            panel = f"panel-{text.channel}-{text.language}"
            found.append(LostFacts(says, _place(announcement, text.language, panel), panel))
    return found


def _place(announcement: Announcement, language: str, panel: str) -> str:
    return url_for(".edit", announcement_id=announcement.id, language=language, _anchor=panel)
