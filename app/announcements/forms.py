"""What the composer sends, read into a draft. Everything stands in one form, so that it works as a plain post, too."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from app.announcements import escalation as escalations
from app.announcements.asking_forms import asked_from
from app.announcements.channels import offered
from app.announcements.models import Category, Channel, EmergencyReason, RepliesTo, SendTo, TextOrigin
from app.announcements.recipients_again import EXACT
from app.announcements.service import Draft, DraftText
from app.core.ids import row_number_or_none
from app.core.sms import measure, straighten
from app.core.wall_clock import Wall, read_wall

KINDS = {
    "school": "schools", "section": "sections", "group": "groups", "student": "students", "staff": "staff",
}  # fmt: skip
LEFT_OUT = {
    "section": "without_sections", "group": "without_groups", "student": "without_students", "guardian": "without_guardians",
}  # fmt: skip
KEPT = ("again_of", "again", "again_channel")
"""What a page shows and does not change: for whom a correction or a follow-up is."""
LONGEST_CODE = 12


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it was sent: the draft, and what does not belong into one."""

    draft: Draft
    wants_later: bool
    wall: Wall | None
    """What was asked of the clock; None for now."""

    @property
    def bad_time(self) -> bool:
        """A time at which nothing can go out."""
        return self.wants_later and (self.wall is None or self.wall.trouble is not None)


def draft_from(form: MultiDict[str, str], before: Draft, zone: ZoneInfo, usual: Collection[str] = ()) -> Written:
    """Read the composer. What the form does not hold stays as it was in `before`; `usual` are the names with which texts begin anyway."""
    channels = tuple(name for name in in_order() if name in form.getlist("channel"))
    wants_later = form.get("when") == "later"
    wall = read_wall(form.get("at", ""), zone) if wants_later else None
    moment = wall.moment if wall is not None else None
    school = form.get("school")
    draft = replace(
        before,
        title=form.get("title", before.title),
        school_id=before.school_id if school is None else row_number_or_none(school),
        opening=opening_from(form, before, usual),
        category=one_of(Category, form.get("category"), before.category),
        emergency_reason=reason_from(form, before),
        emergency_words=form.get("emergency_words", before.emergency_words),
        **replies_from(form.get("replies", ""), before),
        send_to=one_of(SendTo, form.get("send_to"), before.send_to),
        channels=channels if "has_channels" in form else before.channels,
        audience=audience_from(form, before.audience),
        texts=texts_from(form, before, channels),
        fallback_language=(form.get("fallback", "")[:LONGEST_CODE] or None) if "fallback" in form else before.fallback_language,
        has_canary="canary" in form if "has_canary" in form else before.has_canary,
        scheduled_for=moment,
        escalation=escalation_from(form) if "escalate_after" in form else before.escalation,
        asks=asked_from(form, before.asks, zone),
    )
    return Written(draft, wants_later, wall)


def opening_from(form: MultiDict[str, str], before: Draft, usual: Collection[str]) -> str | None:
    """With which texts begin; None for the usual name, which changes with who speaks."""
    given = " ".join(form.get("opening", "").split())
    if "opening" not in form:
        return before.opening
    return None if given in usual else given


def reason_from(form: MultiDict[str, str], before: Draft) -> str | None:
    """Why it is an emergency; None where nothing was chosen."""
    given = form.get("emergency_reason", before.emergency_reason)
    return given if given in set(EmergencyReason) else None


def replies_from(value: str, before: Draft) -> dict[str, Any]:
    """Who reads the answers: ``author``, ``office``, or ``person:17``."""
    kind, _sep, rest = value.partition(":")
    number = row_number_or_none(rest)
    if kind == RepliesTo.PERSON and number:
        return {"replies_to": RepliesTo.PERSON, "replies_to_id": number}
    if kind in {RepliesTo.AUTHOR, RepliesTo.OFFICE}:
        return {"replies_to": RepliesTo(kind), "replies_to_id": None}
    return {"replies_to": before.replies_to, "replies_to_id": before.replies_to_id}


def escalation_from(form: MultiDict[str, str]) -> dict[str, Any] | None:
    """What follows where it does not arrive; None for nothing."""
    wanted = {
        "minutes": row_number_or_none(form.get("escalate_after", "")), "over": form.get("escalate_over", "").split(","),
        "because": form.get("escalate_because"),
    }  # fmt: skip
    found = escalations.read(wanted)
    return found.document() if found is not None else None


def in_order() -> list[str]:
    """The channels that work here, as pages show them: texts first."""
    return [channel for channel in Channel if channel in offered()]


def one_of(kind: Any, value: str | None, otherwise: str) -> str:
    """A value of an enumeration, or what was there before."""
    return str(kind(value)) if value in set(kind) else str(otherwise)


def audience_from(form: MultiDict[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """The document of an audience from the chips. What is none of them is left out."""
    if "has_audience" not in form:
        return before
    document: dict[str, Any] = {name: before[name] for name in KEPT if name in before}
    if document.get("again") in EXACT and form.get("again") in EXACT:  # of a correction it can be chosen
        document["again"] = form["again"]
    for key in form.getlist("include"):
        add(document, key, leave_out=False)
    for key in form.getlist("exclude"):
        add(document, key, leave_out=True)
    return document


def add(document: dict[str, Any], key: str, *, leave_out: bool) -> None:
    """Put one chip into a document. A strange key changes nothing."""
    kind, _, rest = key.partition(":")
    if kind == "grade":
        school, _, grade = rest.partition(":")
        number, name = row_number_or_none(school), "without_grades" if leave_out else "grades"
        if number and grade and [number, grade] not in document.get(name, []):
            document[name] = [*document.get(name, []), [number, grade[:10]]]
        return
    number = row_number_or_none(rest)
    if not number:
        return
    if kind == "list" and not leave_out:
        document["list_id"] = number
        return
    found = (LEFT_OUT if leave_out else KINDS).get(kind)
    if found and number not in document.get(found, []):
        document[found] = [*document.get(found, []), number]


def take_away(document: dict[str, Any], key: str, *, left_out: bool) -> dict[str, Any]:
    """The document without one chip."""
    gone: dict[str, Any] = {}
    add(gone, key, leave_out=left_out)
    if "list_id" in gone:
        return {name: value for name, value in document.items() if name != "list_id"}
    return {
        name: [list(one) if isinstance(one, tuple) else one for one in value if _plain(one) not in map(_plain, gone.get(name, []))]
        if isinstance(value, list | tuple)
        else value
        for name, value in document.items()
    }


def _plain(one: Any) -> Any:
    return tuple(one) if isinstance(one, list | tuple) else one


def texts_from(form: MultiDict[str, str], before: Draft, channels: Iterable[str]) -> tuple[DraftText, ...]:
    """The words over each channel in each language. A channel that was just added begins with the words of another."""
    texts: dict[tuple[str, str], DraftText] = {(text.channel, text.language): text for text in before.texts}
    for name, body in form.items():
        what, _, rest = name.partition("-")
        channel, _, language = rest.partition("-")
        if what != "body" or channel not in set(Channel) or not 0 < len(language) <= LONGEST_CODE:
            continue
        checked = f"checked-{rest}" in form
        origin = one_of(TextOrigin, form.get(f"origin-{rest}"), TextOrigin.WRITTEN)
        texts[channel, language] = DraftText(
            channel, language, straight(body) if channel == Channel.SMS else body, form.get(f"subject-{rest}", ""),
            TextOrigin.WRITTEN if checked else origin,
        )  # fmt: skip
    written = {text.channel for text in texts.values() if text.body.strip()}
    model = next((name for name in Channel if name in written), None)
    for channel in channels:
        if model is not None and channel not in {text.channel for text in texts.values()}:
            for text in list(texts.values()):
                if text.channel == model and text.body.strip():
                    subject = before.title if text.language == before.fallback_language else ""  # a title is in one language
                    texts[channel, text.language] = replace(text, channel=channel, subject=subject)
    original = before.fallback_language
    return tuple(text for text in texts.values() if text.body.strip() or (text.subject.strip() and text.language == original))


def straight(body: str) -> str:
    """Curly quotes and dashes made plain where they alone would make a text longer: nobody reads a difference, everybody pays it."""
    return straighten(body) if measure(body).straightening_helps else body
