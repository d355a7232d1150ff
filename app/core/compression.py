"""Pages, packed for the way. Static files are packed by `assets`, once; these are packed each time, so quickly.

A packed page must not tell its length to somebody who can make a victim's browser ask for it and see how many bytes come back
(the attack is called BREACH; docs/decisions/0011). So each page of HTML ends in a comment of random length, which no packing
shortens.
"""

import gzip
import secrets

import brotli
from flask import Flask, Response, request

from app.core.varying import vary_on

PACKED = frozenset({"text/html", "text/csv", "text/plain", "application/json"})
SMALLEST = 700
"""Below this, a packet is a packet."""
BROTLI_QUALITY = 3
"""A page of 80 kB in 0.2 ms; the best quality would save another kilobyte and take fifty times as long."""
GZIP_LEVEL = 4
MOST_NOISE = 64


def init_app(app: Flask) -> None:
    """Before everything else that has a say about answers: what is registered first comes last."""
    app.after_request(pack)


def pack(response: Response) -> Response:
    """The answer as the browser understands it best."""
    if response.mimetype not in PACKED or response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    vary_on(response, "Accept-Encoding")
    encoding = wanted_encoding(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding is None or (response.content_length or 0) < SMALLEST:
        return response
    body = response.get_data()
    if response.mimetype == "text/html":
        body += b"<!--%s-->" % secrets.token_hex(1 + secrets.randbelow(MOST_NOISE)).encode()
    small = brotli.compress(body, quality=BROTLI_QUALITY) if encoding == "br" else gzip.compress(body, GZIP_LEVEL, mtime=0)
    response.set_data(small)
    response.headers["Content-Encoding"] = encoding
    return response


def wanted_encoding(header: str) -> str | None:
    """Br or gzip, if the browser takes it; None for neither."""
    if not header:
        return None
    parts = header.replace(" ", "").lower().split(",")
    taken = {part.split(";")[0] for part in parts if not part.endswith((";q=0", ";q=0.0"))}
    return next((known for known in ("br", "gzip") if known in taken), None)
