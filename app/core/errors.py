"""Refusals that a person reads: what happened, and what to do next."""

from http import HTTPStatus
from typing import ClassVar

from flask_babel import lazy_gettext as _l


class HomeroomError(Exception):
    """A refusal with advice. `advice` is a whole sentence for the person who asked; `code` names it for machines."""

    code: ClassVar[str] = "refused"
    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    advice: str = _l("This could not be done. Nothing was changed.")

    def __init__(self, advice: str | None = None) -> None:
        self.advice = str(type(self).advice if advice is None else advice)  # in the language of whoever is refused
        super().__init__(self.advice)


class NotVisible(HomeroomError):
    """The thing does not exist for this person, be it another district's, another school's or nobody's."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    advice = _l("There is nothing here, or it belongs to somebody else.")


class Conflict(HomeroomError):
    """Somebody else changed it first; nothing of this attempt was kept."""

    code = "conflict"
    status = HTTPStatus.CONFLICT
    advice = _l("Somebody changed this a moment ago. Look at it again, then decide.")
