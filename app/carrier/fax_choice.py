"""Which carrier of faxes this installation talks to, if any."""

import threading
from typing import cast
from urllib.parse import quote

from flask import Flask

from app.carrier.choice import simulator_address
from app.carrier.faxes import FaxCarrier
from app.carrier.voice_choice import public_address_of
from app.config import Settings
from app.core import practice_keys

TELNYX = "/webhooks/fax/telnyx"
SINCH = "/webhooks/fax/sinch"
"""Where each tells us."""
SINCH_NAME = "homeroom"
"""With which name it comes, beside the password of the settings."""

_building = threading.Lock()


def has_faxes(app: Flask) -> bool:
    """Whether this house can send and receive faxes at all."""
    settings: Settings = app.extensions["settings"]
    return settings.fax_carrier != "none"


def faxes_of(app: Flask) -> FaxCarrier | None:
    """The carrier of faxes; None where nobody connected one."""
    if not has_faxes(app):
        return None
    with _building:
        if "fax_carrier" not in app.extensions:
            app.extensions["fax_carrier"] = _build(app)
    return cast("FaxCarrier", app.extensions["fax_carrier"])


def may_call_off(app: Flask) -> bool:
    """Whether its carrier can stop what is on the line: Sinch has no way back."""
    settings: Settings = app.extensions["settings"]
    return settings.fax_carrier not in {"none", "sinch"}


def telnyx_key_of(settings: Settings) -> str | None:
    """With which key Telnyx, or who speaks like it, signs; None where nobody does."""
    keys = {"simulator": practice_keys.FAX_PUBLIC_KEY, "telnyx": settings.telnyx_public_key}
    return keys.get(settings.fax_carrier)


def sinch_callback_of(settings: Settings) -> str:
    """Where Sinch is to call us, with what it shows there: it signs nothing, and names and passwords in addresses it keeps to itself."""
    scheme, _, rest = settings.public_url.rstrip("/").partition("://")
    return f"{scheme}://{SINCH_NAME}:{quote(settings.sinch_webhook_token, safe='')}@{rest}{SINCH}"


def _build(app: Flask) -> FaxCarrier:
    from app.carrier import sinch_faxes, telnyx_faxes  # noqa: PLC0415  # only where faxes are sent

    settings: Settings = app.extensions["settings"]
    callback_url = public_address_of(app, TELNYX)
    if settings.fax_carrier == "telnyx":
        return telnyx_faxes.build(api_key=settings.telnyx_api_key, application=settings.telnyx_fax_application, callback_url=callback_url)
    if settings.fax_carrier == "sinch":
        return sinch_faxes.build(
            project=settings.sinch_project_id, key_id=settings.sinch_key_id, key_secret=settings.sinch_key_secret,
            callback_url=sinch_callback_of(settings),
        )  # fmt: skip
    return telnyx_faxes.build(
        api_key=practice_keys.TELNYX_API_KEY, application=practice_keys.TELNYX_CONNECTION, callback_url=callback_url,
        base=f"{simulator_address(settings)}/telnyx/v2",
    )  # fmt: skip
