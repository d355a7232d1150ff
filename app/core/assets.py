"""Static files: addressed by their content, so that browsers keep them for ever and still see every change."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

STATIC = Path(__file__).parent.parent.parent / "static"
PREFIX = "/static/"
FOREVER = 365 * 24 * 3600


@cache
def fingerprint() -> str:
    """One short hash over all static files: modules import each other by relative paths, so they change together."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def asset_url(path: str) -> str:
    """The address of a static file, such as `asset_url("css/homeroom.css")`."""
    return f"{PREFIX}{fingerprint()}/{path}"


def init_app(app: Flask) -> None:
    """Serve static files in front of the application, and give templates their addresses."""
    app.jinja_env.globals["asset_url"] = asset_url
    files = WhiteNoise(app.wsgi_app, max_age=FOREVER, immutable_file_test=lambda _path, _url: True, add_headers_function=_add_headers)
    files.add_files(str(STATIC), prefix=f"{PREFIX}{fingerprint()}/")
    app.wsgi_app = files  # type: ignore[method-assign]  # Flask's documented way to put a middleware in front


def _add_headers(headers: "dict[str, str]", _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
