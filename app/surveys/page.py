"""The page behind the buttons of an email, and the address on a letter: a question and its choices.

Opening it changes nothing: mail scanners open every link.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.accounts.permissions import public
from app.announcements import asking
from app.announcements.answer_codes import SAMPLE, letter_of, recipient_of
from app.announcements.asking import Wording
from app.announcements.models import Announcement
from app.announcements.queries.asked import AskedOne, asked_by_letter, asked_recipient
from app.announcements.recipients_again import OWNER
from app.announcements.service.testing import OWNER as TESTS
from app.core.clock import now
from app.core.database import db
from app.core.own_names import OWN_NAMES
from app.core.presentation import gettext as _
from app.core.presentation import local_time, text_direction
from app.core.secret_pages import browser_language, one_link, only_words, reader_language, secret_pages
from app.core.signed_links import BadLink
from app.delivery.reader_links import PATH, owner_of
from app.directory.models import District, School
from app.extensions import csrf, limiter
from app.surveys import service
from app.surveys.errors import NoSuchChoice
from app.surveys.models import Survey
from app.surveys.page_words import words_in

pages = secret_pages("survey_page", __name__, PATH, words_in)


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose link it is, and what holds now."""

    one: AskedOne
    survey: Survey
    house: School | District

    @property
    def is_open(self) -> bool:
        """Whether answers still count."""
        return self.survey.closes_at > now()


@pages.errorhandler(TooManyRequests)
def too_often(_error: TooManyRequests) -> ResponseReturnValue:
    """The link may be anybody's guess, so it is not opened: the language is the browser's."""
    words = words_in(browser_language())
    return only_words(words["of"], words["often"], HTTPStatus.TOO_MANY_REQUESTS)


@pages.get("/<token>")
@public
@limiter.limit("60 per minute", key_func=one_link)
def show(token: str) -> ResponseReturnValue:
    """The question. ?choice= is what a button of the email meant: it is marked, and counts only once it is sent from here."""
    if token == SAMPLE:  # of a test, or of what an author reads
        return only_words(words_in(browser_language())["of"], _("This is a test: answers to it are not counted."))
    kind, number = owner_of(token) if letter_of(token) is None and recipient_of(token) is None else (None, 0)
    return _trial(number) if kind == TESTS else _page(_open(token), chosen=request.args.get("choice", type=int))


@pages.post("/<token>")
@csrf.exempt  # whoever knows the address may answer; there is no cookie that another site could borrow
@public
@limiter.limit("20 per minute", key_func=one_link)
def answer(token: str) -> ResponseReturnValue:
    """Count the answer; twice is once."""
    visit = _open(token)
    try:
        given = service.answer(visit.one, request.form.get("choice", 0, type=int), "web")
    except NoSuchChoice:
        return _page(visit, error="missing")
    said = "fixed" if given.taken == service.Taken.FIXED else "yes"
    return redirect(url_for(".show", token=token, sent=said, lang=request.args.get("lang")), HTTPStatus.SEE_OTHER)


def _trial(announcement_id: int) -> ResponseReturnValue:
    """What the author sees who sent a test to herself: the question, and nothing to be counted."""
    announcement = db.session.get(Announcement, announcement_id)
    asked = asking.of(announcement.asks) if announcement is not None else None
    if asked is None:
        raise BadLink
    question = asked.wording(announcement.fallback_language or "en").question if announcement is not None else ""
    return only_words(question, _("This is a test: answers to it are not counted."))


def _open(token: str) -> Visit:
    """Raises BadLink or ExpiredLink."""
    letter_id, recipient_id = letter_of(token), recipient_of(token)
    if letter_id is not None:
        one = asked_by_letter(letter_id)
    elif recipient_id is not None:
        one = asked_recipient(recipient_id)
    else:
        kind, owner_id = owner_of(token)
        one = asked_recipient(owner_id) if kind == OWNER else None
    survey = db.session.get(Survey, one.survey_id) if one is not None else None
    if one is None or survey is None or survey.district_id != one.district_id:
        raise BadLink
    school = db.session.get(School, one.school_id) if one.school_id is not None else None
    return Visit(one, survey, school or db.session.get_one(District, one.district_id))


def _page(visit: Visit, *, chosen: int | None = None, error: str | None = None) -> ResponseReturnValue:
    language = reader_language(visit.one.language)
    wording, words = _wording(visit, language), words_in(language)
    own, sent = service.own_answer(visit.one), request.args.get("sent")
    when = _moment(visit.survey.closes_at, visit.house.time_zone, language)
    page = render_template(
        "guardian/survey.html",
        house=visit.house,
        phone=getattr(visit.house, "phone", None),
        question=wording.question,
        choices=list(enumerate(wording.choices, start=1)),
        chosen=chosen or own,
        own=wording.choices[own - 1] if own else None,
        is_open=visit.is_open,
        may_answer=visit.is_open and (visit.survey.may_change or own is None) and sent != "fixed",
        may_change=visit.survey.may_change,
        was_sent=sent == "yes",
        is_fixed=sent == "fixed",
        error=words[error] if error else None,
        words={key: each.replace("{when}", when) for key, each in words.items()},
        language=language,
        direction=text_direction(language),
        names=_names(visit, language),
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)


def _wording(visit: Visit, language: str) -> Wording:
    """In the page's language if the question has it, else as it was asked."""
    found = visit.one.asked.wordings.get(language)
    return found if found is not None and found.is_complete(visit.one.asked.size) else visit.one.wording()


def _names(visit: Visit, language: str) -> dict[str, str]:
    """The languages that this reader may want: her own, and that of the house."""
    wanted = {"en", visit.one.language.partition("-")[0], visit.one.original or "en"} - {language}
    return {code: name for code, name in OWN_NAMES.items() if code in wanted}


def _moment(moment: datetime, zone: str, language: str) -> str:
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    local = local_time(moment, zone)
    return f"{format_date(local, 'full', locale=locale)}, {format_time(local, 'short', locale=locale)}".replace("\u202f", " ")
