"""The gateway to the phone network: one interface, its adapters, and the webhooks they send."""

from flask import Flask

from app.carrier import fax_views
from app.carrier.callback_inbox import CallbackInbox
from app.carrier.error_codes import failure_words
from app.carrier.for_directory import CarrierForDirectory
from app.carrier.signatures import SignatureCheck
from app.carrier.status_door import StatusDoor
from app.carrier.views import bp
from app.config import Settings
from app.directory import phone_network
from app.extensions import csrf


def init_app(app: Flask) -> None:
    """Take the carrier's calls; the way to it is built at first use (`choice.carrier_of`)."""
    settings: Settings = app.extensions["settings"]
    check = app.extensions["signature_check"] = SignatureCheck(settings)
    app.wsgi_app = StatusDoor(app, check, CallbackInbox())  # type: ignore[method-assign]  # Flask's documented way
    phone_network.register(app, CarrierForDirectory())
    app.jinja_env.filters["failure_words"] = failure_words
    csrf.exempt(bp)
    app.register_blueprint(bp)
    csrf.exempt(fax_views.bp)
    app.register_blueprint(fax_views.bp)
