"""The page behind the last link of each email. Opening it changes nothing, because mail scanners open every link."""

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.core.own_names import OWN_NAMES
from app.core.presentation import text_direction
from app.core.secret_pages import one_link, reader_language, secret_pages
from app.delivery.email import wishes
from app.delivery.email.wishes import PATH
from app.delivery.email.words import words_in
from app.extensions import csrf, limiter

pages = secret_pages("email_wish", __name__, PATH, words_in)


@pages.get("/<token>")
@public
@limiter.limit("60 per minute", key_func=one_link)
def show(token: str) -> ResponseReturnValue:
    """What holds now, and one button to change it."""
    visit = wishes.open_link(token)
    language = reader_language(visit.language)
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
