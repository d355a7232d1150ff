"""A pretend phone network that speaks the carrier's own HTTP API, and handsets on a page. It reaches nobody.

The official `twilio` client works against it unchanged when its HttpClient sends every request to this app's address
with the host it meant in `X-Orig-Host`. Its texts, numbers and handsets live in a database of their own. How to make
it misbehave is written in `behaviour`; how to look inside, in `control_api`.
"""

from flask import Flask, Response

from app.simulator import control_api, lookups_api, messages_api, numbers_api, services_api
from app.simulator.parts import furnish, simulator_of
from app.simulator.refusals import Refusal
from app.simulator.settings import SimulatorSettings, settings_from
from app.simulator.wire import answer

__all__ = ["SimulatorSettings", "close", "create_simulator", "open_post_office", "settings_from"]

CARRIER_APIS = (messages_api.api, numbers_api.api, services_api.api, lookups_api.api)
MOST_UPLOADED = 24 * 1024 * 1024


def create_simulator(settings: SimulatorSettings | None = None) -> Flask:
    """Build the app. Its threads start with the first request, or with `open_post_office`."""
    settings = settings or SimulatorSettings()
    app = Flask(__name__, template_folder=str(settings.templates), static_folder=str(settings.static), static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=MOST_UPLOADED, MAX_FORM_MEMORY_SIZE=MOST_UPLOADED)
    app.url_map.strict_slashes = False
    parts = furnish(app, settings)
    for api in CARRIER_APIS:
        app.register_blueprint(api)
    app.register_blueprint(control_api.api)
    app.before_request(parts.post_office.open)
    app.register_error_handler(Refusal, say_no)
    return app


def say_no(refusal: Refusal) -> Response:
    """The network's refusal in the carrier's shape."""
    response = answer(refusal.answer, refusal.status)
    if refusal.code == 20003:  # noqa: PLR2004  # the one that asks for a sign-in
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response


def open_post_office(app: Flask) -> None:
    """Go on at once with what an earlier process left undone, instead of at the first request."""
    simulator_of(app).post_office.open()


def close(app: Flask) -> None:
    """Stop the threads and let go of the database."""
    simulator_of(app).post_office.close()
    simulator_of(app).storage.close()
