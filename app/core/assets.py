"""Static files: addressed by their content, so that browsers keep them for ever and still see every change."""

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import Response, StaticFile

from app.core.compression import wanted_encoding
from app.core.joined_modules import joined
from app.core.joined_sheets import joined_sheet

STATIC = Path(__file__).parent.parent.parent / "static"
SHEETS = STATIC / "css"
PREFIX = "/static/"
FOREVER = 365 * 24 * 3600
PACKABLE = frozenset({".css", ".js", ".svg", ".html", ".json"})
"""What shrinks; fonts and pictures are compressed by themselves."""
BROTLI_QUALITY = 11
"""The best there is: a tenth of a second for the largest file, once for each process."""
BUNDLES = "bundles/"


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
    """The address of a static file, such as `asset_url("icons.svg")`, or of a sheet: `asset_url("css/homeroom.css")`."""
    return f"{PREFIX}{fingerprint()}/{path}"


def bundle_url(path: str) -> str:
    """The address of a script with all that it imports, such as `bundle_url("js/app.js")`."""
    return asset_url(BUNDLES + path)


def init_app(app: Flask) -> None:
    """Serve static files in front of the application, and give templates their addresses."""
    app.jinja_env.globals.update(asset_url=asset_url, bundle_url=bundle_url)
    files = PackingFiles(app.wsgi_app, max_age=FOREVER, immutable_file_test=lambda _path, _url: True, add_headers_function=_add_headers)
    files.add_files(str(STATIC), prefix=f"{PREFIX}{fingerprint()}/")
    app.wsgi_app = files  # type: ignore[method-assign]  # Flask's documented way to put a middleware in front


class PackingFiles(WhiteNoise):
    """WhiteNoise finds compressed files only where a build step left them; these are compressed when first asked for."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Every script also as a bundle, under an address of its own; and for parts of a sheet, the sheet."""
        super().add_file_to_dictionary(url, path, stat_cache)
        base, file = f"{PREFIX}{fingerprint()}/", Path(path)
        if file.suffix == ".js":
            plain = super().get_static_file(path, url, stat_cache)
            self.files[f"{base}{BUNDLES}{url.removeprefix(base)}"] = PackedFile(file, plain, joined)
        if file.parent.parent == SHEETS:
            plain = super().get_static_file(path, url, stat_cache)
            self.files[f"{base}css/{file.parent.name}.css"] = PackedFile(file.parent, plain, joined_sheet)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> "StaticFile | PackedFile":
        """The plain file, wrapped where it shrinks."""
        plain = super().get_static_file(path, url, stat_cache)
        return PackedFile(Path(path), plain) if Path(path).suffix in PACKABLE else plain


class PackedFile:
    """A file as brotli or gzip for browsers that take it, else plain. `made`: what is sent instead of the file itself."""

    def __init__(self, path: Path, plain: StaticFile, made: Callable[[Path], str] | None = None) -> None:
        self.path = path
        self.plain = plain
        self.made = made

    def get_response(self, method: str, request_headers: dict[str, str]) -> Response:
        """Answer in the smallest way that the browser understands. Parts and repeats are the plain file's business."""
        encoding = wanted_encoding(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        is_plain = encoding is None or method not in {"GET", "HEAD"} or "HTTP_RANGE" in request_headers
        if is_plain and self.made is None:
            return self.plain.get_response(method, request_headers)
        body = packed(self.path, encoding or "", self.made)
        own = {"content-length", "content-encoding", "vary", "etag", "last-modified"}
        headers = [(name, value) for name, value in self.plain.alternatives[0][2] if name.lower() not in own]
        headers += [("Vary", "Accept-Encoding"), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return Response(HTTPStatus.OK, headers, BytesIO(body) if method == "GET" else None)


@cache
def packed(path: Path, encoding: str, made: Callable[[Path], str] | None) -> bytes:
    """A file's bytes, or what is made of it, packed once for each process."""
    plain = made(path).encode() if made else path.read_bytes()
    if encoding == "br":
        return bytes(brotli.compress(plain, quality=BROTLI_QUALITY))
    return gzip.compress(plain, mtime=0) if encoding else plain


def _add_headers(headers: "dict[str, str]", _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
