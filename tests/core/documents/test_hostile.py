"""Whatever comes, it is drawn or refused with a reason, soon, within its memory, and the house goes on."""

import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.core.documents import rendering
from app.core.documents.problems import DocumentRefused, Problem
from tests.core.documents import hostile
from tests.core.documents.hostile import DAMAGES, good

MOST_MEMORY = 300 * 1024  # kilobytes, as the system counts
KINDS = ("g3", "g4", "pdf", "jpeg", "png", "gif", "webp", "bmp")


@pytest.fixture(autouse=True)
def _within_limits():
    """No child is left, and none took more than it may: looked at from outside, also for those that are ended."""
    me, most, is_over = psutil.Process(), 0, threading.Event()
    before = me.children()  # such as the database of other tests

    def watch():
        nonlocal most
        while not is_over.wait(0.005):
            for child in me.children():
                with suppress(OSError, psutil.Error, IndexError):
                    status = Path(f"/proc/{child.pid}/status").read_text()
                    if "door.py" in " ".join(child.cmdline()):
                        most = max(most, int(status.partition("VmHWM:")[2].split()[0]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    is_over.set()
    watcher.join()
    assert [child for child in me.children() if child not in before] == []
    assert 1_000 < most < MOST_MEMORY  # seen at all, and never beyond


@pytest.fixture
def tried(desk, tmp_path):
    """What becomes of a document: its problem, or None."""

    def draw(data: bytes) -> Problem | None:
        place = tmp_path / "document"
        place.write_bytes(data)
        try:
            drawn = desk.draw(place)
        except DocumentRefused as refusal:
            return refusal.problem
        assert drawn.pages == len(desk.pages) > 0
        return None

    return draw


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_in_ten_ways(tried, tmp_path, kind):
    document = good(tmp_path)[kind]
    assert tried(document) is None
    for name, damage in DAMAGES.items():
        begun = time.monotonic()
        problem = tried(damage(document))
        assert problem in {None, Problem.DAMAGED, Problem.UNKNOWN, Problem.EMPTY, Problem.TOO_LARGE}, name
        assert time.monotonic() - begun < 10, name
    assert tried(DAMAGES["wrong magic"](document)) in {Problem.UNKNOWN, None if kind == "pdf" else Problem.UNKNOWN}
    assert tried(DAMAGES["rubbish behind it"](document)) is None


def test_a_page_with_a_hole_is_read_on(desk, tmp_path):
    document = bytearray(good(tmp_path)["g4"])
    document[2000:6000] = bytes(4000)
    place = tmp_path / "hole.tif"
    place.write_bytes(document)
    drawn = desk.draw(place)
    assert (drawn.pages, drawn.is_cut) == (2, True)


def test_pages_before_a_cut_are_kept(desk, tmp_path):
    document = good(tmp_path)["g4"]
    place = tmp_path / "cut.tif"
    place.write_bytes(document[: len(document) * 3 // 4])
    drawn = desk.draw(place)
    assert (drawn.pages, drawn.is_cut) == (1, True)


MADE_TO_HARM = {
    "no byte": (lambda: b"", Problem.EMPTY),
    "a letter of an office program": (lambda: b"PK\x03\x04 and more", Problem.UNKNOWN),
    "a web page": (lambda: b"<html><script>alert(1)</script>", Problem.UNKNOWN),
    "no page": (hostile.no_pages, Problem.EMPTY),
    "a password": (hostile.locked, Problem.ENCRYPTED),
    "only locked against changes": (hostile.may_not_be_copied, None),
    "2,000 pages": (hostile.many_pages, Problem.TOO_MANY_PAGES),
    "says that it has a million pages": (hostile.claims_a_million_pages, Problem.TOO_MANY_PAGES),
    "pages without end": (hostile.endless_page_tree, Problem.DAMAGED),
    "a page 20,000 levels deep": (hostile.deep_page_tree, Problem.DAMAGED),
    "TIFF of 30,000 dots": (lambda: hostile.tiff_of_size(30_000, 30_000), Problem.TOO_LARGE),
    "TIFF of no dot": (lambda: hostile.tiff_of_size(0, 0), Problem.DAMAGED),
    "TIFF of more dots than there are": (lambda: hostile.tiff_of_size(2**31, 2**31), Problem.TOO_LARGE),
    "TIFF without a page": (lambda: b"II*\0\0\0\0\0", Problem.EMPTY),
    "TIFF that leads nowhere": (lambda: b"II*\0\xff\xff\xff\xff", Problem.DAMAGED),
    "PNG of 30,000 dots": (lambda: hostile.png_of_size(30_000), Problem.TOO_LARGE),
    "PDF with a picture of 30,000 dots": (hostile.picture_bomb, None),
    "PDF with a drawing of 70 MB": (hostile.drawing_bomb, Problem.TOO_MUCH_MEMORY),
    "PDF that draws itself": (hostile.form_of_itself, Problem.TOO_MUCH_MEMORY),
    "a page without size": (lambda: hostile.page_of_size("0 0 0 0"), None),
    "a page like a thread": (lambda: hostile.page_of_size("0 0 1 1000000"), None),
    "a page like a field": (lambda: hostile.page_of_size("0 0 1000000 1000000"), None),
    "a page of nonsense": (lambda: hostile.page_of_size("nonsense"), None),
    "a page beyond numbers": (lambda: hostile.page_of_size("-10 -10 -10 99999999999999"), None),
}


@pytest.mark.parametrize("name", MADE_TO_HARM)
def test_what_is_made_to_harm(tried, name):
    make, problem = MADE_TO_HARM[name]
    document = make()
    begun = time.monotonic()
    assert tried(document) == problem
    assert time.monotonic() - begun < 30


def test_a_chain_that_leads_back_ends(desk, tmp_path):
    place = tmp_path / "loop.tif"
    place.write_bytes(hostile.tiff_of_itself(tmp_path / "one.tif"))
    drawn = desk.draw(place)
    assert (drawn.pages, drawn.is_cut) == (1, True)


def test_what_computes_too_long_is_ended(tried, monkeypatch):
    monkeypatch.setattr(rendering, "WORK", 1)
    assert tried(hostile.many_pages(390)) is Problem.TOO_SLOW


def test_what_only_waits_is_ended_too(desk, tmp_path, monkeypatch):
    """The house keeps pages as slowly as it likes; the process may live only so long."""
    monkeypatch.setattr(rendering, "SECONDS", 1)
    place = tmp_path / "long.pdf"
    place.write_bytes(hostile.many_pages(390))
    with pytest.raises(DocumentRefused) as refused:
        desk.draw(place)
    assert refused.value.problem is Problem.TOO_SLOW
    assert 0 < len(desk.pages) < 390


def test_who_stops_listening_leaves_no_process(tmp_path):
    from app.core.documents.rendering import draw
    from tests.core.documents.paper import fax_tiff

    class Enough(Exception):
        pass

    def stop(page, of):
        raise Enough

    folder = tmp_path / "pages"
    folder.mkdir()
    with pytest.raises(Enough):
        draw(fax_tiff(tmp_path / "fax.tif", pages=9), folder, as_received=True, on_page=stop)
