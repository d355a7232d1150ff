"""The page behind the last link of each email. Opening it changes nothing, because mail scanners open every link."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.core.errors import HomeroomError
from app.core.own_names import OWN_NAMES
from app.core.presentation import text_direction
from app.core.signed_links import BadLink, ExpiredLink
from app.delivery.email import wishes
from app.delivery.email.wishes import PATH
from app.delivery.email.words import words_in
from app.extensions import csrf, limiter

pages = Blueprint("email_wish", __name__, url_prefix=PATH)


def one_link() -> str:
    """Limits count by link: mail providers press for thousands of people from few addresses."""
    return str((request.view_args or {}).get("token", ""))


@pages.after_request
def keep_private(response: Response) -> Response:
    """The address is a secret: it goes into no referrer, no cache and no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.errorhandler(BadLink)
@pages.errorhandler(ExpiredLink)
def ended(error: HomeroomError) -> ResponseReturnValue:
    """A link that opens nothing, whatever the reason: nothing can be learned from it."""
    language = _wanted(request.accept_languages.best_match(list(OWN_NAMES)) or "en")
    page = render_template("guardian/ended.html", words=words_in(language), language=language, direction=text_direction(language))
    return make_response(page, HTTPStatus.GONE if isinstance(error, ExpiredLink) else HTTPStatus.NOT_FOUND)


@pages.get("/<token>")
@public
@limiter.limit("60 per minute", key_func=one_link)
def show(token: str) -> ResponseReturnValue:
    """What holds now, and one button to change it."""
    visit = wishes.open_link(token)
    language = _wanted(visit.language)
    return make_response(
        render_template(
            "guardian/emails.html",
            visit=visit,
            token=token,
            words={key: words.format(school=visit.sender, phone="") for key, words in words_in(language).items()},
            language=language,
            direction=text_direction(language),
            names={code: OWN_NAMES[code] for code in OWN_NAMES if code in {"en", visit.language}},
        )
    )


@pages.post("/<token>")
@csrf.exempt  # mail programs press without a session (RFC 8058), and whoever knows the address may
@public
@limiter.limit("30 per minute", key_func=one_link)
def change(token: str) -> ResponseReturnValue:
    """What the reader wants, by the page's button or by one press in a mail program."""
    if request.form.get("List-Unsubscribe") == "One-Click":
        wishes.stop(token)
        return Response(status=HTTPStatus.NO_CONTENT)
    if request.form.get("wish") == "again":
        wishes.have_again(token)
    elif request.form.get("wish") == "stop":
        wishes.stop(token)
    return redirect(url_for(".show", token=token, lang=request.args.get("lang")), HTTPStatus.SEE_OTHER)


def _wanted(usual: str) -> str:
    asked = request.args.get("lang", "")
    return next(code for code in (asked, usual, "en") if code in OWN_NAMES)
