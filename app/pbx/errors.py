"""What this room refuses, and what to do instead."""

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError


class ExtensionTaken(HomeroomError):
    """Two phones would ring."""

    code = "extension_taken"
    advice = _l("This extension number is taken. Choose another one, or change the extension that has it.")


class PersonHasOne(HomeroomError):
    """Nobody has two."""

    code = "person_has_extension"
    advice = _l("The person with this email address has an extension already. Change that one instead.")


class PbxFailed(HomeroomError):
    """The telephone system did not do it."""

    code = "pbx_failed"
    status = HTTPStatus.BAD_GATEWAY
    advice = _l("The telephone system answered with an error, so nothing was changed here. Try again, and have its administrator look.")
