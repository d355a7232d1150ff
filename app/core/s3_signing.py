"""Signs requests to an S3-compatible store (AWS Signature Version 4, in headers). A test compares it with the makers' own library."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """Who signs, and for which region."""

    access: str
    secret: str
    region: str


def signed(
    key: Key, method: str, url: str, moment: datetime, *, sha256: str = NOTHING, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers of a request whose body has the hash `sha256`, with those of `headers` that go along. `url` has no query."""
    parts = urlsplit(url)
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    given = {"host": parts.netloc, "x-amz-content-sha256": sha256, "x-amz-date": stamp}
    names = ";".join(sorted(given))
    canonical = "\n".join(
        [method, quote(parts.path, safe="/~"), "", *(f"{name}:{given[name]}" for name in sorted(given)), "", names, sha256]
    )
    scope = f"{stamp[:8]}/{key.region}/s3/aws4_request"
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    secret = f"AWS4{key.secret}".encode()
    for part in (stamp[:8], key.region, "s3", "aws4_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    authorization = f"{ALGORITHM} Credential={key.access}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**(headers or {}), "x-amz-content-sha256": sha256, "x-amz-date": stamp, "Authorization": authorization}
