"""Files in a bucket: a real S3-compatible server, and the signature of its makers' own library."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from app.config import SettingsRefused
from app.core.files import FileGone, FileTooLarge
from app.core.s3_files import S3FileStore, StoreAway
from app.core.s3_signing import Key, signed
from tests.conftest import build, settings_for

KEY = Key("access", "secret", "us-west-2")


@pytest.fixture(scope="module")
def store() -> Iterator[S3FileStore]:
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.port}"
    location = b"<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>"
    who = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/1/us-west-2/s3/aws4_request"}
    made = urllib3.request("PUT", f"{endpoint}/files", body=location, headers=who)
    assert made.status == 200, made.data
    yield S3FileStore(endpoint, "files", KEY)
    server.shutdown()
    thread.join()


def test_a_file_is_kept_read_in_parts_and_forgotten(store: S3FileStore) -> None:
    content = bytes(range(256)) * 4096
    kept = store.save(iter([content[:500_000], content[500_000:]]), extension=".wav")
    assert (kept.size, store.size(kept.key)) == (len(content), len(content))
    with store.open(kept.key) as file:
        file.seek(700_001)
        assert file.read(3) == content[700_001:700_004]
        assert file.seek(-2, 2) == len(content) - 2
        assert file.read() == content[-2:]
        file.seek(0)
        assert file.read() == content
    store.delete(kept.key)
    store.delete(kept.key)
    with pytest.raises(FileGone):
        store.open(kept.key)
    assert store.sweep(datetime.now(UTC)) == 0


def test_what_cannot_be_kept_is_refused(store: S3FileStore) -> None:
    with pytest.raises(FileTooLarge):
        store.save(iter([b"x" * 100]), limit=50)
    with pytest.raises(FileGone):
        store.size("../../etc/passwd")
    with pytest.raises(StoreAway):
        S3FileStore(store.endpoint, "no-such-bucket", KEY).save(iter([b"x"]))
    away = S3FileStore("http://127.0.0.1:9", "files", KEY, urllib3.PoolManager(retries=False, timeout=1))
    with pytest.raises(StoreAway):
        away.size("0" * 32)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_requests_are_signed_as_the_makers_sign_them(method: str) -> None:
    url, sha256 = "https://s3.us-west-2.amazonaws.com/files/0123abcd.wav", "ab" * 32
    moment = datetime.now(UTC).replace(microsecond=0)
    ours = signed(KEY, method, url, moment, sha256=sha256, headers={"Range": "bytes=0-9"})
    theirs = AWSRequest(method, url, headers={"X-Amz-Content-SHA256": sha256})
    theirs.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    auth = S3SigV4Auth(Credentials(KEY.access, KEY.secret), "s3", KEY.region)
    expected = auth.signature(auth.string_to_sign(theirs, auth.canonical_request(theirs)), theirs)
    assert ours["Authorization"].rpartition("Signature=")[2] == expected


def test_a_house_with_a_bucket_keeps_its_files_there(store: S3FileStore, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="are set together"):
        settings_for(tmp_path, s3_endpoint="http://x")
    settings = settings_for(tmp_path, s3_endpoint=store.endpoint, s3_bucket="files", s3_access_key="access", s3_secret_key="secret")
    files = build(settings).extensions["files"]
    kept = files.save(iter([b"hello"]))
    with files.open(kept.key) as file:
        assert file.read() == b"hello"
