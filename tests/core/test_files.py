"""Files are kept whole or not at all, and judged by what they are."""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import content_types
from app.core.content_types import FILE_TYPES, GIF, HEIC, JPEG, PDF, PNG, TEXT, TIFF, VCARD, judge
from app.core.files import MEGABYTE, FileGone, FileTooLarge, LocalFileStore, chunks_of, human_size
from app.core.uploads import UploadRefused, honest_name, take
from tests.core.samples import HEADS, moving, pdf, picture


@pytest.fixture
def store(tmp_path):
    return LocalFileStore(tmp_path / "files")


def files_in(store):
    return [path for path in store.folder.rglob("*") if path.is_file()]


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as networks do."""

    def __init__(self, data):
        self.rest = data

    def readable(self):
        return True

    def read(self, size=-1):
        piece, self.rest = self.rest[: min(size, 7)], self.rest[min(size, 7) :]
        return piece


def test_what_is_saved_comes_back(store):
    data = os.urandom(700_000)
    kept = store.save(chunks_of(io.BytesIO(data)), extension=".jpg")
    assert kept.size == store.size(kept.key) == len(data)
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    with store.open(kept.key) as file:
        file.seek(600_000)
        assert file.read(10) == data[600_000:600_010]
    store.delete(kept.key)
    store.delete(kept.key)
    for ask in (store.open, store.size):
        with pytest.raises(FileGone):
            ask(kept.key)


def test_a_file_too_large_leaves_nothing(store):
    read = []

    def endless():
        while True:
            read.append(1)
            yield b"x" * 1000

    with pytest.raises(FileTooLarge, match="10 KB"):
        store.save(endless(), limit=10 * 1024)
    assert len(read) == 11
    assert files_in(store) == []


def test_a_sender_that_breaks_off_leaves_nothing(store):
    def broken():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.save(broken())
    assert files_in(store) == []


def test_what_a_killed_process_left_is_swept(store):
    left = store.folder / "incoming" / "abc"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    kept = store.save(iter([b"whole"]))
    now = datetime.now(UTC)
    assert store.sweep(now) == 0
    assert store.sweep(now + timedelta(days=2)) == 1
    assert store.open(kept.key).read() == b"whole"
    assert len(files_in(store)) == 1


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 32 + "/..", "A" * 32, "0" * 32 + ".JPG", "0" * 31, "0" * 32 + "\n"])
def test_a_key_never_leads_out_of_the_folder(store, key):
    with pytest.raises(FileGone):
        store.open(key)
    with pytest.raises(FileGone):
        store.delete(key)


def test_an_extension_is_ours_to_choose(store):
    with pytest.raises(ValueError, match="not an extension"):
        store.save(iter([b"x"]), extension="/../x")


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (moving("GIF"), "image/gif"),
        (pdf(), "application/pdf"),
        (b"\n\n" + pdf(), "application/pdf"),
        (HEADS["heic"], "image/heic"),
        (HEADS["mp4"], "video/mp4"),
        (HEADS["3gp"], "video/3gpp"),
        (HEADS["m4a"], "audio/mp4"),
        (HEADS["mov"], "video/quicktime"),
        (HEADS["wav"], "audio/wav"),
        (HEADS["amr"], "audio/amr"),
        (HEADS["mp3"], "audio/mpeg"),
        (HEADS["mp3 without tag"], "audio/mpeg"),
        (HEADS["ogg"], "audio/ogg"),
        (HEADS["vcf"], "text/vcard"),
        (b"\xef\xbb\xbfbegin:vcard", "text/vcard"),
        (HEADS["txt"], "text/plain"),
        ("é".encode() * 4000, "text/plain"),
        (b"a" + "é".encode() * 2048, "text/plain"),  # the head ends inside a character
    ],
)
def test_judged_by_the_beginning(head, mime):
    kind = judge(head[: content_types.HEAD_BYTES])
    assert kind is not None
    assert kind.mime == mime


@pytest.mark.parametrize(
    "head",
    [
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01",
        b"PK\x03\x04\x14\0",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?xml version='1.0'?>",
        b"\xff\xfeh\0i\0",
        b"RIFF\0\0\0\0AVI ",
        b"\0\0\0\x18ftypjunk",
        b"\0" * 100,
        b"caf\xe9",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_anything_else_is_not_taken(head):
    assert judge(head) is None


@given(st.binary(max_size=300))
def test_judging_never_fails(head):
    assert judge(head) is None or judge(head) in (*FILE_TYPES, TIFF)


def test_taking_a_picture(store):
    data = picture("PNG", (300, 200))
    taken = take(store, Dripping(data), filename="C:\\Users\\rosa\\foto.JPG", claimed_mime="image/jpeg")
    assert taken.type is PNG
    assert taken.name == "foto.png"
    assert taken.stored.key.endswith(".png")
    assert taken.stored.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "filename", "mime", "says"),
    [
        (b"", "photo.jpg", "image/jpeg", "photo.jpg is empty"),
        (pdf(), "photo.jpg", "image/jpeg", "inside it is PDF"),
        (b"just words", "photo.jpg", "image/jpeg", "inside it is TXT"),
        (picture(), "letter.pdf", "application/pdf", "inside it is JPG"),
        (picture(), "holiday.exe", None, "inside it is JPG"),
        (picture(), None, "application/pdf", "inside it is JPG"),
        (b"MZ\x90\0", "photo.jpg", "image/jpeg", "not what its name says"),
        (b"MZ\x90\0", "setup.exe", None, "cannot be sent"),
        (b"<html><script>", "note.txt", "text/plain", "not what its name says"),
        (b"\0\0\0\x18ftypjunk", "a.mp4", "video/mp4", "not what its name says"),
        (b"", None, None, "This file is empty"),
    ],
)
def test_a_file_that_lies_is_refused_with_advice(store, data, filename, mime, says):
    with pytest.raises(UploadRefused, match=says):
        take(store, io.BytesIO(data), filename=filename, claimed_mime=mime)
    assert files_in(store) == []


def test_what_phones_are_careless_about_is_no_lie(store):
    assert take(store, io.BytesIO(HEADS["3gp"]), filename="voice.amr").name == "voice.3gp"
    assert take(store, io.BytesIO(HEADS["vcf"]), filename="rosa.txt").type is VCARD
    assert take(store, io.BytesIO(b"a,b"), filename="list.csv", claimed_mime="application/vnd.ms-excel").type is TEXT
    assert take(store, io.BytesIO(picture()), filename="IMG_0001", claimed_mime="application/octet-stream").name == "IMG_0001.jpg"


def test_a_place_may_take_fewer_kinds(store):
    with pytest.raises(UploadRefused, match="These can: GIF, JPG"):
        take(store, io.BytesIO(pdf()), filename="a.pdf", accepted={JPEG, GIF})
    with pytest.raises(UploadRefused, match="HEIC"):
        take(store, io.BytesIO(HEADS["heic"]), filename="a.heic", accepted={JPEG})
    assert take(store, io.BytesIO(HEADS["heic"]), filename="a.heic").type is HEIC


def test_fifty_megabytes_are_refused_while_they_come(store):
    sent = []

    class Film:
        def read(self, size):
            sent.append(size)
            return HEADS["mp4"] if len(sent) == 1 else b"\0" * size

    with pytest.raises(FileTooLarge, match="25 MB"):
        take(store, Film(), filename="film.mp4")
    assert sum(sent) < 26 * MEGABYTE
    assert files_in(store) == []


@pytest.mark.parametrize(
    ("sent", "kind", "name"),
    [
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("photo.JPG", JPEG, "photo.JPG"),
        ("photo\u202egpj.exe", JPEG, "photogpj.jpg"),
        (".htaccess", TEXT, "htaccess.txt"),
        ('a<b>"c.pdf', PDF, "a b c.pdf"),
        ("", JPEG, "image.jpg"),
        (None, PDF, "document.pdf"),
        ("...", PDF, "document.pdf"),
        ("nota\r\nde prensa.pdf", PDF, "nota de prensa.pdf"),
        ("Notă é.pdf", PDF, "Notă é.pdf"),
    ],
)
def test_an_honest_name(sent, kind, name):
    assert honest_name(sent, kind) == name


@given(st.text(max_size=400))
def test_any_name_becomes_a_safe_one(sent):
    name = honest_name(sent, PDF)
    assert name.lower().endswith(".pdf")
    assert len(name) <= 130
    assert not set(name) & set('/\\\r\n\0"<>')
    assert not name.startswith(".")


def test_sizes_for_people():
    assert [human_size(size) for size in (0, 1, 614_400, 5 * MEGABYTE, 5_500_000)] == ["0 KB", "1 KB", "600 KB", "5 MB", "5.2 MB"]
