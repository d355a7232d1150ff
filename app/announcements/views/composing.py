"""Writing an announcement: three steps on one page, saved as one writes, and all of it works as plain posts, too."""

from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.errors import Changed, NotADraft
from app.announcements.following import changed_beside, followed, like_lead
from app.announcements.forms import Written, add, draft_from, replies_from, take_away
from app.announcements.models import Announcement, AnnouncementState, Channel, TextOrigin
from app.announcements.service import Draft, DraftText
from app.announcements.speakers import opening_of, usual_opening
from app.announcements.views import replies_shown, texts_shown
from app.announcements.views.asking import LONGEST_WAIT, MOST_LANGUAGES, question_translated
from app.announcements.views.attached import act_on
from app.announcements.views.blueprint import pages
from app.announcements.views.composer_page import context_of, looked_up, page
from app.announcements.views.testing import flash_all
from app.announcements.views.times import wall_words
from app.announcements.views.words import zone_of
from app.conversations.translation import choice
from app.conversations.translation.provider import NotTranslatable, TranslationFailed
from app.core.database import db
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.local_clock import zone_of as zone_named
from app.core.presentation import gettext as _
from app.core.presentation import is_language
from app.directory.models import School


@pages.get("/announcements/new")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def new() -> ResponseReturnValue:
    """A blank announcement; it is a row only from the first change on. ?include= begins with somebody chosen."""
    document: dict[str, Any] = {}
    for key in request.args.getlist("include"):
        add(document, key, leave_out=False)
    return page(None, service.usual_draft(asker(), document))


@pages.post("/announcements/new")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def begin() -> ResponseReturnValue:
    """Keep it for the first time."""
    before = service.usual_draft(asker(), {})
    written, problem = _acted(_read(before), before)
    announcement = service.create(asker(), written.draft, page=_page_key())
    return _answer(announcement, written, problem)


@pages.get("/announcements/<int:announcement_id>/edit")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def edit(announcement_id: int) -> ResponseReturnValue:
    """Go on writing one's own."""
    announcement = _own_draft(announcement_id)
    if announcement.state != AnnouncementState.DRAFT:
        return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    return page(announcement, service.draft_of(announcement))


@pages.post("/announcements/<int:announcement_id>/edit")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def save(announcement_id: int) -> ResponseReturnValue:
    """Save it as it stands, and do what the pressed button says."""
    announcement = _own_draft(announcement_id)
    before = service.draft_of(announcement)
    written, problem = _acted(_read(before), before)
    version = request.form.get("version", 0, type=row_number)
    try:
        saved = service.save(asker(), announcement_id, written.draft, version=version, page=_page_key())
    except (Changed, NotADraft) as refusal:
        if wants_json():
            raise
        announcement = _own_draft(announcement_id)
        return page(announcement, written.draft, error=refusal.advice, status=HTTPStatus.CONFLICT, version=version)
    return _answer(saved, written, problem)


@pages.get("/announcements/<int:announcement_id>/plan")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def plan(announcement_id: int) -> ResponseReturnValue:
    """The live part of the page: who gets it, what it costs, how it looks."""
    announcement = _own_draft(announcement_id)
    return render_template("announcements/_counted.html", **context_of(announcement, service.draft_of(announcement)))


@pages.get("/announcements/choices")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def choices() -> ResponseReturnValue:
    """What a few letters find: to include, to leave out, or to read the answers."""
    asked = request.args.get("side")
    side = asked if asked in {"exclude", replies_shown.SIDE} else "include"
    found = looked_up(side, request.args.getlist("have"))
    return render_template("announcements/_found.html", found=found, words=request.args.get("q", ""), looked_for=side)


@pages.post("/announcements/<int:announcement_id>/translate")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def translate(announcement_id: int) -> ResponseReturnValue:
    """A channel of a draft in some languages by the translator of this installation, or why not. Changes nothing: the page saves it."""
    draft = service.draft_of(_own_draft(announcement_id))
    channel, found = request.form.get("channel", ""), []
    with choice.patience(LONGEST_WAIT):
        for language in list(dict.fromkeys(request.form.getlist("language")))[:MOST_LANGUAGES]:
            try:
                text = _translated(draft, channel, language)
            except TranslationFailed as refusal:
                found.append({"language": language, "problem": refusal.advice})
            else:
                found.append({"language": language, "body": text.body, "subject": text.subject})
    return jsonify({"texts": found})


@pages.get("/announcements/<int:announcement_id>/question")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def question(announcement_id: int) -> ResponseReturnValue:
    """The question of a draft in all languages that its audience reads, for a page that has fewer."""
    announcement = _own_draft(announcement_id)
    return render_template("announcements/_ask_languages.html", **context_of(announcement, service.draft_of(announcement)))


@pages.post("/announcements/<int:announcement_id>/discard")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def discard(announcement_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    _own_draft(announcement_id)
    service.discard(asker(), announcement_id)
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


def _own_draft(announcement_id: int) -> Announcement:
    """What only its author writes. Raises NotVisible."""
    return service.authored_by(asker(), announcement_id)


def _page_key() -> str | None:
    """Which opened page speaks: it repeats what it never got an answer to."""
    return request.form.get("page", "")[:64] or None


def _read(before: Draft) -> Written:
    number = request.form.get("school", before.school_id, type=row_number)
    school = db.session.get(School, number) if number else None
    if school is not None and school.district_id != asker().district_id:
        school = None
    speakers = {before.school_id, school.id if school is not None else None}
    usual = {usual_opening(one, asker().district_id) for one in speakers}
    return draft_from(request.form, before, zone_named(school.time_zone if school is not None else own_zone()), usual)


def _acted(written: Written, before: Draft) -> tuple[Written, str | None]:
    """What the pressed button changes in the draft: a chip more or less, who reads the answers, or a translation.

    Who speaks follows the audience, and what was taken over from the text follows the text.
    """
    draft = written.draft
    if key := request.form.get("add"):
        side, _sep, chip = key.partition("|")
        if side == replies_shown.SIDE:
            draft = replace(draft, **replies_from(chip, draft))
        else:
            document = {name: list(value) if isinstance(value, tuple | list) else value for name, value in draft.audience.items()}
            add(document, chip, leave_out=side == "exclude")
            draft = replace(draft, audience=document)
    if key := request.form.get("drop"):
        side, _sep, chip = key.partition("|")
        draft = replace(draft, audience=take_away(draft.audience, chip, left_out=side == "exclude"))
    with choice.patience(LONGEST_WAIT):
        draft, problem = _in_other_words(draft, request.form.get("act", ""))
    return replace(written, draft=followed(service.with_speaker(asker(), before, draft), before)), problem


def _in_other_words(draft: Draft, act: str) -> tuple[Draft, str | None]:
    """What a button for translations changes; and what went wrong."""
    what, _sep, rest = act.partition(":")
    if what in {"share", "same"}:
        channel, _sep, language = rest.partition(":")
        return (_shared if what == "share" else like_lead)(draft, channel, language), None
    if what == "translate":
        channel, _sep, language = rest.partition(":")
        return _with_translations(draft, channel, [language])
    if what == "translate-all":
        prefix = f"body-{rest}-"
        empty = [name.removeprefix(prefix) for name, body in request.form.items() if name.startswith(prefix) and not body.strip()]
        return _with_translations(draft, rest, empty[:MOST_LANGUAGES])
    if what == "translate-ask" and draft.asks is not None:
        return question_translated(draft, rest)
    return draft, None


def _shared(draft: Draft, channel: str, language: str) -> Draft:
    """What one channel says in a language, also over the others that say nothing in it."""
    written = {(text.channel, text.language) for text in draft.texts if text.body.strip()}
    model = next((text for text in draft.texts if (text.channel, text.language) == (channel, language)), None)
    taking = texts_shown.empty_beside(channel, language, draft.channels, written)
    if model is None or not taking:
        return draft
    subjects = {text.channel: text.subject for text in draft.texts if text.language == language}
    others = tuple(text for text in draft.texts if text.language != language or text.channel not in taking)
    return replace(draft, texts=(*others, *(replace(model, channel=name, subject=subjects.get(name, "")) for name in taking)))


def _translated(draft: Draft, channel: str, language: str) -> DraftText:
    """The original of a channel in another language. Raises TranslationFailed."""
    original = draft.fallback_language or texts_shown.home_language(asker().district_id)
    source = next((text for text in draft.texts if text.channel == channel and text.language == original), None)
    if source is None or not source.body.strip():
        raise TranslationFailed(_("Write the original first, then it can be translated."))
    if not is_language(language):
        raise NotTranslatable
    body = choice.translate(source.body, original, language).text
    return DraftText(channel, language, body, _subject(draft, source, original, language), TextOrigin.MACHINE)


def _subject(draft: Draft, source: DraftText, original: str, language: str) -> str:
    """In another language; without one of its own, the title was what readers saw. Empty where the translator does not know it."""
    words = (source.subject.strip() or draft.title.strip()) if source.channel == Channel.EMAIL else ""
    try:
        return choice.translate(words, original, language).text if words else ""
    except TranslationFailed:
        return ""


def _with_translations(draft: Draft, channel: str, languages: list[str]) -> tuple[Draft, str | None]:
    """The draft with a channel's original in these languages; the first reason why one of them is missing."""
    problem = None
    for language in languages:
        try:
            text = _translated(draft, channel, language)
        except TranslationFailed as refusal:
            problem = problem or refusal.advice
        else:
            others = tuple(each for each in draft.texts if (each.channel, each.language) != (channel, language))
            draft = replace(draft, texts=(*others, text))
    return draft, problem


def _answer(announcement: Announcement, written: Written, problem: str | None) -> ResponseReturnValue:
    """After a save: the page again, the review, or for a script what it needs to go on."""
    address = url_for(".edit", announcement_id=announcement.id)
    clock = local_clock(zone_of(announcement))
    of_time = wall_words(written.wall, clock, announcement.school_id, announcement.district_id) if written.wants_later else ""
    if wants_json():
        said = _("Draft saved at %(time)s", time=clock.time(announcement.updated_at))
        return jsonify(
            {
                "id": announcement.id,
                "version": announcement.version,
                "address": address,
                "said": str(said),
                "bad_time": written.bad_time,
                "of_time": of_time,
                "school": str(announcement.school_id or ""),
                "opening": opening_of(announcement).words,
                "texts": changed_beside(announcement.texts, request.form),
            }
        )
    act = request.form.get("act", "")
    if problem or (act == "review" and written.bad_time):
        problem = problem or of_time
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(announcement, service.draft_of(announcement), error=problem, status=status, later=written.wants_later)
    try:
        if act_on(announcement, act) is None and act == "test":
            flash_all(announcement)
    except HomeroomError as refusal:
        announcement = service.authored_by(asker(), announcement.id)
        return page(announcement, service.draft_of(announcement), error=refusal.advice, status=refusal.status)
    if act == "review":
        with suppress(HomeroomError):  # the page that asks says what is in the way
            service.plan(asker(), announcement.id, version=announcement.version)
    if act == "template":
        service.keep_as_template(asker(), announcement.id)
        flash(_("Kept as a template. Everybody who works for this school finds it under Templates."))
    return redirect(_next(announcement.id, act), HTTPStatus.SEE_OTHER)


def _next(number: int, act: str) -> str:
    """Where the pressed button leads."""
    places = {"review": ".review", "list": ".uploaded"}
    known: dict[str, Any] = {}
    if act.startswith("find-"):
        side = act.removeprefix("find-")
        known = {"side": side, "q": request.form.get(f"q-{side}", "")}
    elif act == "language":
        known = {"language": request.form.get("language", "")}
    return url_for(places.get(act, ".edit"), announcement_id=number, **known)
