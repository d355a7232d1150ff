"""A pretend phone network that speaks the carrier's own HTTP API, and handsets on a page. It reaches nobody.

The official `twilio` client works against it unchanged when its HttpClient sends every request to this app's address
with the host it meant in `X-Orig-Host`. Its texts, numbers and handsets live in a database of their own. How to make
it misbehave is written in `behaviour`; how to look inside, in `control_api`.
"""

from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel

from app.core import assets, htmx, presentation, security_headers
from app.core.text_as_html import with_links
from app.simulator import (
    call_pages,
    calls_api,
    calls_control,
    conferences_api,
    control_api,
    fax_control,
    fax_pages,
    handset_pages,
    lookups_api,
    mailbox_pages,
    messages_api,
    numbers_api,
    queues_api,
    recordings_api,
    seeding_api,
    services_api,
    sinch_faxes,
    softphone_api,
    telnyx_faxes,
)
from app.simulator.parts import furnish, simulator_of
from app.simulator.refusals import Refusal
from app.simulator.settings import SimulatorSettings, settings_from
from app.simulator.wire import answer, national

__all__ = ["SimulatorSettings", "close", "create_simulator", "open_post_office", "settings_from"]

HOUSE = Path(__file__).resolve().parents[2]
CARRIER_APIS = (
    messages_api.api, calls_api.api, conferences_api.api, recordings_api.api, queues_api.api, numbers_api.api, services_api.api,
    lookups_api.api, telnyx_faxes.api, sinch_faxes.api,
)  # fmt: skip
LANGUAGES = ("en", "es")
MOST_UPLOADED = 52 * 1024 * 1024


def create_simulator(settings: SimulatorSettings | None = None) -> Flask:
    """Build the app. Its threads start with the first request, or with `open_post_office`."""
    settings = settings or SimulatorSettings()
    app = Flask(__name__, template_folder=str(HOUSE / "templates"), static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_UPLOADED, MAX_FORM_MEMORY_SIZE=MOST_UPLOADED,
        BABEL_TRANSLATION_DIRECTORIES=str(HOUSE / "translations"),
    )  # fmt: skip
    app.url_map.strict_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    parts = furnish(app, settings)
    for api in CARRIER_APIS:
        app.register_blueprint(api)
    app.register_blueprint(control_api.api)
    app.register_blueprint(calls_control.control)
    app.register_blueprint(seeding_api.api)
    app.register_blueprint(fax_control.control)
    app.register_blueprint(softphone_api.api)
    app.register_blueprint(handset_pages.pages)
    app.register_blueprint(mailbox_pages.pages)
    app.register_blueprint(call_pages.pages)
    app.register_blueprint(fax_pages.pages)
    app.before_request(parts.post_office.open)
    app.before_request(parts.exchange.open)
    app.before_request(parts.fax_line.open)
    app.register_error_handler(Refusal, say_no)
    dress(app)
    return app


def dress(app: Flask) -> None:
    """Give its pages Homeroom's look, languages and strict headers."""
    Babel(app, locale_selector=lambda: request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0])
    htmx.init_app(app)
    presentation.init_app(app)
    assets.init_app(app)
    security_headers.init_app(app, secure=False)
    app.jinja_env.globals.update(csrf_token=str, national=national, with_links=with_links)


def say_no(refusal: Refusal) -> Response:
    """The network's refusal in the carrier's shape."""
    response = answer(refusal.answer, refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response


def open_post_office(app: Flask) -> None:
    """Go on at once with what an earlier process left undone, instead of at the first request."""
    simulator_of(app).post_office.open()
    simulator_of(app).exchange.open()
    simulator_of(app).fax_line.open()


def close(app: Flask) -> None:
    """Stop the threads and let go of the database."""
    simulator_of(app).post_office.close()
    simulator_of(app).exchange.close()
    simulator_of(app).fax_line.close()
    simulator_of(app).storage.close()
