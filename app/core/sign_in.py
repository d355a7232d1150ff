"""Flask-Login, for a house that keeps its sessions in a table."""

from flask import Response, g, session
from flask_login import LoginManager


class SignedIn(LoginManager):
    """Looks for the token in the session cookie, and nowhere else.

    The library's own way also hashes the browser's address, and asks for a cookie of its own and for headers: nothing here uses them.
    """

    def _load_user(self) -> None:
        token = session.get("_user_id")
        found = self._user_callback(token) if token is not None and self._user_callback is not None else None
        g._login_user = self.anonymous_user() if found is None else found  # noqa: SLF001  # where Flask-Login keeps whom it loaded

    def _update_remember_cookie(self, response: Response) -> Response:
        return response  # there is none
