"""Files in a bucket of an S3-compatible store, for houses of several machines. One object a file, put there whole or not at all."""

import io
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, BinaryIO, cast

import urllib3

from app.core.clock import now
from app.core.errors import HomeroomError
from app.core.files import MEGABYTE, FileGone, StoredFile, check_extension, check_key, copy
from app.core.s3_signing import NOTHING, Key, signed

CONNECT_SECONDS, READ_SECONDS = 3.0, 30.0
TRIES = 3
IN_MEMORY = 4 * MEGABYTE
AHEAD = 256 * 1024
"""Bytes that are read at once where somebody asks for few."""


class StoreAway(HomeroomError):
    """The store did not answer, or does not let us in; the log says which."""

    code = "store_away"
    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True)
class S3FileStore:
    """`endpoint` is the store's address without the bucket, such as https://s3.us-west-2.amazonaws.com."""

    endpoint: str
    bucket: str
    key: Key
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            num_pools=2, maxsize=16, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=urllib3.Retry(TRIES, redirect=0, status_forcelist=(500, 502, 503, 504), allowed_methods=None, raise_on_status=False,
                                  backoff_factor=0.2),
        )
    )  # fmt: skip

    def save(self, chunks: Iterator[bytes], *, extension: str = "", limit: int | None = None) -> StoredFile:
        """Keep the bytes. They are gathered first: the store wants to know their number and their hash."""
        check_extension(extension)
        key = uuid.uuid4().hex + extension
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as gathered:
            size, sha256 = copy(chunks, cast("BinaryIO", gathered), limit)
            gathered.seek(0)
            body: Any = gathered.read() if size <= IN_MEMORY else gathered
            answer = self._ask("PUT", key, sha256=sha256, body=body, headers={"Content-Length": str(size)})
        if answer.status != HTTPStatus.OK:
            raise StoreAway
        return StoredFile(key, size, sha256)

    def open(self, key: str) -> BinaryIO:
        """The content, seekable; only what is read travels."""
        return cast("BinaryIO", io.BufferedReader(_Distant(self, key, self.size(key)), AHEAD))

    def size(self, key: str) -> int:
        """Its length in bytes."""
        answer = self._ask("HEAD", key)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise FileGone
        if answer.status != HTTPStatus.OK:
            raise StoreAway
        return int(answer.headers["Content-Length"])

    def delete(self, key: str) -> None:
        """Forget a file."""
        if self._ask("DELETE", key).status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}:
            raise StoreAway

    def sweep(self, now: datetime) -> int:
        """Nothing is ever left half written."""
        return 0

    def part(self, key: str, first: int, last: int) -> bytes:
        """The bytes from `first` to `last`, both among them."""
        answer = self._ask("GET", key, headers={"Range": f"bytes={first}-{last}"})
        if answer.status == HTTPStatus.NOT_FOUND:
            raise FileGone
        if answer.status != HTTPStatus.PARTIAL_CONTENT:
            raise StoreAway
        return answer.data

    def _ask(
        self, method: str, key: str, *, sha256: str = NOTHING, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        url = f"{self.endpoint.rstrip('/')}/{self.bucket}/{check_key(key)}"
        try:
            return self.pool.request(method, url, body=body, headers=signed(self.key, method, url, now(), sha256=sha256, headers=headers))
        except urllib3.exceptions.HTTPError as error:
            raise StoreAway from error


class _Distant(io.RawIOBase):
    """A file in the store, read by parts."""

    def __init__(self, store: S3FileStore, key: str, size: int) -> None:
        self._store, self._key, self._size, self._at = store, key, size, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere else; nothing travels."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def readinto(self, target: Any) -> int:
        """Fetch as much as fits."""
        last = min(self._at + len(target), self._size) - 1
        if last < self._at:
            return 0
        found = self._store.part(self._key, self._at, last)
        target[: len(found)] = found
        self._at += len(found)
        return len(found)
