"""What a handler gives back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response

JSON = "application/json"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Made once: `json.dumps` makes one for each answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a body: anything that JSON writes, or bytes of `content_type`. Without a body None is not written."""

    status: int = HTTPStatus.OK
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def response(self) -> Response:
        """As Flask sends it."""
        if self.status == HTTPStatus.NO_CONTENT:
            response = Response(status=self.status)
            del response.headers["Content-Type"]
        elif isinstance(self.body, (bytes, Iterator)) or self.content_type != JSON:
            response = Response(self.body, self.status, content_type=self.content_type)
        else:
            response = Response(_ENCODER.encode(self.body), self.status, content_type=JSON)
        if self.headers:
            response.headers.update(self.headers)
        return response
