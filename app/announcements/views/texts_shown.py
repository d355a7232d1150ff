"""The words of a draft as the composer shows them: a panel for each language, and its length."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from app.announcements import asking
from app.announcements.answer_codes import without_links
from app.announcements.asking_words import tail_of
from app.announcements.channel_words import channel_name
from app.announcements.following import lead_of, same
from app.announcements.models import Announcement, AnnouncementText, Channel, TextOrigin
from app.announcements.service import Draft, DraftText
from app.announcements.speakers import Opening
from app.announcements.views.words import listed
from app.conversations.translation.facts import lost_facts
from app.core.database import db
from app.core.merge_fields import MergeField, render
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext
from app.core.sms import Encoding, measure_draft
from app.delivery.voice.voices import is_spoken
from app.directory.models import District

PLENTY = 10
LANGUAGES = ("en", "es", "vi", "ar", "so", "zh", "ru", "uk", "ko", "fr", "pt", "tl", "am", "sw", "hi", "ur", "fa", "my", "ne", "ht")
"""What can be added by hand; what the audience reads is offered anyway."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The words over one channel in one language."""

    channel: str
    language: str
    name: str
    people: int
    body: str
    subject: str
    is_original: bool
    is_machine: bool
    is_written: bool
    is_spoken: bool
    """Whether a voice reads this language on calls."""
    empty_elsewhere: tuple[str, ...] = ()
    """Channels that say nothing in this language, while this one does."""
    lead: str = ""
    """The channel whose words this one took over, or words differently."""
    differs: bool = False
    """Whether it says something else than the leading channel."""

    @property
    def key(self) -> str:
        """In names of fields and ids."""
        return f"{self.channel}-{self.language}"

    @property
    def takers(self) -> str:
        """The names of `empty_elsewhere`."""
        return listed([channel_name(name).lower() for name in self.empty_elsewhere])

    @property
    def leads(self) -> str:
        """The name of `lead`."""
        return channel_name(self.lead).lower()


@dataclass(frozen=True, slots=True)
class Written:
    """A text as the staff read it."""

    channel: str
    language: str
    subject: str
    whole: str


@dataclass(frozen=True, slots=True)
class Foot:
    """How long a text is."""

    key: str
    characters: str
    texts: str
    warning: str = ""


def panels(draft: Draft, read: dict[str, dict[str, int]], home: str, also: str | None = None) -> dict[str, list[Panel]]:
    """For each channel the original first, then every language that is written or read."""
    original = draft.fallback_language or home
    shown: dict[str, list[Panel]] = {}
    everywhere = {text.language: 0 for text in draft.texts if text.channel in draft.channels}
    written = {(text.channel, text.language) for text in draft.texts if text.body.strip()}
    for channel in draft.channels or (Channel.SMS,):
        texts, readers = {text.language: text for text in draft.texts if text.channel == channel}, read.get(channel, {})
        unwritten = [name for name in readers if name.split("-")[0] not in texts]
        found = dict.fromkeys([original, *texts, *everywhere, *unwritten, *([also] if also else [])])
        languages = sorted(found, key=lambda name: (name != original, name != also, -readers.get(name, 0)))  # what most read stands open
        shown[channel] = [
            replace(
                _panel(channel, language, texts.get(language), readers.get(language, 0), is_original=language == original),
                empty_elsewhere=empty_beside(channel, language, draft.channels, written),
                **_beside_lead(draft, channel, language),
            )
            for language in languages
        ]
    return shown


def empty_beside(channel: str, language: str, channels: Collection[str], written: set[tuple[str, str]]) -> tuple[str, ...]:
    """The other channels that could take over what one says in a language, because they say nothing in it."""
    if (channel, language) not in written:
        return ()
    return tuple(name for name in channels if name != channel and (name, language) not in written)


def _beside_lead(draft: Draft, channel: str, language: str) -> dict[str, Any]:
    """Which channel leads this one in a language, and whether it says something else."""
    lead = lead_of(draft, language)
    bodies = {text.channel: text.body for text in draft.texts if text.language == language and text.body.strip()}
    if lead is None or lead == channel or channel not in bodies:
        return {}
    return {"lead": lead, "differs": not same(bodies[channel], bodies[lead])}


def _panel(channel: str, language: str, text: DraftText | None, people: int, *, is_original: bool) -> Panel:
    is_written = text is not None and bool(text.body.strip())
    is_machine = text is not None and text.origin == TextOrigin.MACHINE
    return Panel(
        channel, language, language_name(language), people, text.body if text else "", text.subject if text else "", is_original,
        is_machine, is_written, is_spoken(language),
    )  # fmt: skip


def more_languages(shown: dict[str, list[Panel]]) -> list[tuple[str, str]]:
    """Languages that nobody in the audience is known to read, to be added by hand."""
    have = {panel.language for each in shown.values() for panel in each}
    return sorted(((code, language_name(code)) for code in LANGUAGES if code not in have), key=lambda one: one[1])


def feet(announcement: Announcement | None, draft: Draft, home: str, opening: Opening) -> list[Foot]:
    """The length of every text with all that is added to it, and what a translation lost."""
    original = draft.fallback_language or home
    originals = {text.channel: text.body for text in draft.texts if text.language == original}
    asked = asking.of(draft.asks)
    links = {(text.channel, text.language): text.links for text in announcement.texts} if announcement is not None else {}
    found = []
    for text in draft.texts:
        whole = AnnouncementText(
            channel=text.channel, head=opening.head(text.channel, text.body), body=text.body,
            links=links.get((text.channel, text.language)) or [], tail=tail_of(asked, text.channel, text.language, original),
        ).whole  # fmt: skip
        found.append(_foot(text, originals.get(text.channel, ""), original, whole))
    return found


def _foot(text: DraftText, source: str, original: str, whole: str) -> Foot:
    key, found = f"{text.channel}-{text.language}", measure_draft(whole)
    warning = ""
    if text.language != original and text.body.strip() and source.strip():
        lost = lost_facts(source, text.body, source=original, target=text.language)
        warning = _("Lost or changed in translation: %(facts)s", facts=", ".join(lost[:5])) if lost else ""
    if text.channel != Channel.SMS:
        return Foot(key, str(ngettext("%(num)s character", "%(num)s characters", found.characters)), "", warning)
    characters = ngettext("%(num)s character", "%(num)s characters", found.characters)
    if found.encoding != Encoding.GSM7:
        characters = _("%(characters)s, with special letters", characters=characters)
    texts = ngettext("%(num)s text", "%(num)s texts", max(1, found.segments))
    if found.at_least:
        texts = _("at least %(texts)s", texts=texts)
    if found.segments > PLENTY:
        warning = _("This is longer than %(most)s texts. Shorten it.", most=PLENTY)
    return Foot(key, str(characters), str(texts), warning)


def home_language(announcement_district: int) -> str:
    """In which language the district writes."""
    return db.session.get_one(District, announcement_district).language


def texts_of(announcement: Announcement) -> list[tuple[Written, str]]:
    """What it says, the original first, with the names of the languages."""
    written = [text for text in announcement.texts if text.channel in announcement.channels and text.body.strip()]
    written.sort(key=lambda text: (list(Channel).index(Channel(text.channel)), text.language != announcement.fallback_language))
    several = len(announcement.channels) > 1
    return [
        (
            Written(text.channel, text.language, text.subject, with_names_of_fields(without_links(text.whole, link_words()))),
            f"{channel_name(text.channel)}, {language_name(text.language)}" if several else language_name(text.language),
        )
        for text in written
    ]


def field_name(field: MergeField) -> str:
    """A merge field in words."""
    return {
        MergeField.FIRST_NAME: _("Guardian first name"),
        MergeField.LAST_NAME: _("Guardian family name"),
        MergeField.STUDENT_NAME: _("Student full name"),
        MergeField.STUDENT_FIRST_NAME: _("Student first name"),
        MergeField.GRADE: _("Grade"),
        MergeField.SECTION_NAME: _("Class"),
        MergeField.TEACHER_NAME: _("Your name"),
        MergeField.SCHOOL_NAME: _("School"),
        MergeField.SCHOOL_PHONE: _("School phone"),
        MergeField.DISTRICT_NAME: _("District"),
    }[field]


def with_names_of_fields(words: str) -> str:
    """`words` as staff read them where every reader gets others: what is filled in stands in brackets."""
    names = {one: field_name(one) for one in MergeField} | {MergeField.TEACHER_NAME: _("Author’s name")}
    return render(words, {one: f"[{name}]" for one, name in names.items()}).text


def link_words() -> str:
    """What staff read where each family gets an address of its own."""
    return _("[each family’s own link]")
