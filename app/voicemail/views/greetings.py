"""What callers hear before the beep: one's own greetings, and for the office those of its schools, by language."""

from http import HTTPStatus
from typing import Any, BinaryIO, cast

from flask import Response, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.calls.durations import clock
from app.conversations.service.attachments import file_store
from app.conversations.views.answers import done
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import row_number_or_none
from app.core.presentation import language_name
from app.delivery.voice.voices import VOICES
from app.voicemail import queries_greetings, service
from app.voicemail.models import Greeting
from app.voicemail.views.blueprint import pages

PAGE = "/voicemail/greetings"


@pages.get("/greetings")
@requires(Permission.READ_CALLS)
def greetings() -> Response:
    """All that this person may change; one of them in its form, to be changed."""
    wanted = row_number_or_none(request.args.get("change"))
    if wanted is None:
        return _page()
    one = queries_greetings.greeting_visible_to(asker(), wanted)
    return _page(given={"school": str(one.school_id or "") if one.staff_id is None else "", "language": one.language, "words": one.words})


@pages.post("/greetings")
@requires(Permission.MAKE_CALLS)
def change_greeting() -> ResponseReturnValue:
    """Words, a sound, or none any more, in one language of one box."""
    form, staff = request.form, asker()
    language, school_id = form.get("language", ""), row_number_or_none(form.get("school"))
    upload = request.files.get("sound")
    try:
        if form.get("act") == "drop":
            service.drop_greeting(staff, school_id, language)
            return done(_("Removed."), PAGE)
        if upload is not None and upload.filename:
            stream = cast("BinaryIO", upload.stream)
            service.put_sound(staff, school_id, language, stream, filename=upload.filename, claimed_mime=upload.mimetype)
        else:
            service.put_words(staff, school_id, language, form.get("words", ""))
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _page(status=HTTPStatus.UNPROCESSABLE_ENTITY, refused=refusal.advice, given=form)
    return done(_("Callers hear it from now on."), PAGE)


@pages.get("/greetings/<int:greeting_id>/sound")
@requires(Permission.READ_CALLS)
def greeting_sound(greeting_id: int) -> ResponseReturnValue:
    """What callers hear, for who may change it."""
    found = queries_greetings.greeting_visible_to(asker(), greeting_id)
    if found.file_key is None:
        raise NotVisible
    store = file_store()
    length = store.size(found.file_key)
    response = send_file(store.open(found.file_key), mimetype=found.content_type, max_age=0, conditional=False)
    response.content_length = length
    response.make_conditional(request, accept_ranges=True, complete_length=length)
    return response


def _page(*, status: int = HTTPStatus.OK, refused: str = "", given: Any = None) -> Response:
    staff = asker()
    languages = sorted(((code, language_name(code)) for code in VOICES), key=lambda one: (one[0] != "en", one[1]))
    html = render_template(
        "voicemail/greetings.html", boxes=_boxes(staff), languages=languages, refused=refused, given=given or {}, length=_length,
        may_change=role_allows(staff.role, Permission.MAKE_CALLS),
    )  # fmt: skip
    return make_response(html, status)


def _boxes(staff: Staff) -> list[dict[str, Any]]:
    schools = queries_greetings.schools_greeted_by(staff)
    found = queries_greetings.greetings_of(staff, schools)
    own = [one for one in found if one.staff_id is not None]
    return [
        {"key": "own", "school_id": None, "title": _("Your box"), "greetings": own},
        *(
            {
                "key": f"school-{school.id}", "school_id": school.id, "title": school.name,
                "greetings": [one for one in found if one.staff_id is None and one.school_id == school.id],
            }
            for school in schools
        ),
    ]  # fmt: skip


def _length(greeting: Greeting) -> str:
    return clock(greeting.seconds)
