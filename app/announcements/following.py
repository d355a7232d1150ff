"""Words that one channel took over from another: they go along with it until somebody words them differently."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.announcements.models import AnnouncementText, Channel
from app.announcements.service import Draft, DraftText

Texts = dict[tuple[str, str], DraftText]


def followed(draft: Draft, before: Draft) -> Draft:
    """`draft` with what said the same as the leading channel in `before`, and was not touched since, saying the same again."""
    texts, old = _by_place(draft), _by_place(before)
    for channel, language in list(texts):
        lead = lead_of(draft, language)
        if lead is None or lead == channel or channel not in draft.channels:
            continue
        led, mine = old.get((lead, language)), old.get((channel, language))
        if led is None or mine is None or not same(led.body, mine.body) or not same(texts[channel, language].body, mine.body):
            continue
        words = texts[lead, language]
        if not same(words.body, mine.body):
            texts[channel, language] = replace(texts[channel, language], body=words.body, origin=words.origin)
    return replace(draft, texts=tuple(texts.values()))


def lead_of(draft: Draft, language: str) -> str | None:
    """The channel that the others follow in a language: the first that says something in it."""
    written = {text.channel for text in draft.texts if text.language == language and text.body.strip()}
    return next((str(name) for name in Channel if name in written and name in draft.channels), None)


def like_lead(draft: Draft, channel: str, language: str) -> Draft:
    """`draft` with one text saying what the leading channel says."""
    texts, lead = _by_place(draft), lead_of(draft, language)
    if lead is None or (channel, language) not in texts:
        return draft
    words = texts[lead, language]
    texts[channel, language] = replace(texts[channel, language], body=words.body, origin=words.origin)
    return replace(draft, texts=tuple(texts.values()))


def changed_beside(texts: Iterable[AnnouncementText], sent: Mapping[str, str]) -> list[dict[str, object]]:
    """The texts that say something else than the page sent for them, because they followed: for its boxes."""
    return [
        {"key": key, "body": text.body, "is_machine": text.origin == "machine"}
        for text in texts
        if (key := f"{text.channel}-{text.language}")
        and text.channel != Channel.SMS
        and (given := sent.get(f"body-{key}")) is not None
        and not same(given, text.body)
    ]


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, however their lines end."""
    return _plain(one) == _plain(other)


def _plain(body: str) -> str:
    return body.replace("\r\n", "\n").strip("\n")


def _by_place(draft: Draft) -> Texts:
    return {(text.channel, text.language): text for text in draft.texts}
