"""Documents made to do harm, and ten ways in which good ones get damaged."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from pypdf import PdfWriter

from tests.core.documents.paper import fax_tiff, sheet


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, count = len(body), len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count, table, count, root, start,
    )  # fmt: skip


def stream(head: bytes, data: bytes, *, packed: bool = True) -> bytes:
    """An object that holds data."""
    data = zlib.compress(data, 9) if packed else data
    return b"<<%b%b/Length %d>>\nstream\n%b\nendstream" % (head, b"/Filter/FlateDecode" if packed else b"", len(data), data)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"


def page(*, box: str = "0 0 612 792", rest: bytes = b"") -> bytes:
    return b"<</Type/Page/Parent 2 0 R/MediaBox[%b]%b>>" % (box.encode(), rest)


def endless_page_tree() -> bytes:
    """Whose only child is itself."""
    return pdf(CATALOG, b"<</Type/Pages/Count 3/Kids[2 0 R]>>")


def deep_page_tree() -> bytes:
    """Whose child has a child, twenty thousand times."""
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1) for number in range(3, 20_003)]
    return pdf(CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", *nodes, page())


def no_pages() -> bytes:
    return pdf(CATALOG, b"<</Type/Pages/Count 0/Kids[]>>")


def many_pages(number: int = 2000) -> bytes:
    kids = b" ".join(b"%d 0 R" % (at + 3) for at in range(number))
    return pdf(CATALOG, b"<</Type/Pages/Count %d/Kids[%b]>>" % (number, kids), *[page() for _ in range(number)])


def claims_a_million_pages() -> bytes:
    return pdf(CATALOG, b"<</Type/Pages/Count 1000000/Kids[3 0 R]>>", page())


def picture_bomb(side: int = 30_000) -> bytes:
    """A few kilobytes that become a thousand million dots."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(side // 8)) for _ in range(side)) + rows.flush()
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode" % (side, side)
    return pdf(
        CATALOG, ONE_PAGE, page(rest=b"/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>"), stream(b"", b"q 612 0 0 792 0 0 cm /P Do Q"),
        stream(head, data, packed=False),
    )  # fmt: skip


def drawing_bomb() -> bytes:
    """A drawing of a gigabyte, packed a thousand times and that twice."""
    inner = zlib.compress(b"0 0 m 600 700 l S\n" * 4_000_000, 9)
    return pdf(
        CATALOG, ONE_PAGE, page(rest=b"/Contents 4 0 R"),
        stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(inner, 9), packed=False),
    )  # fmt: skip


def form_of_itself() -> bytes:
    first = page(rest=b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>")
    form = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</F 5 0 R>>>>", b"/F Do /F Do")
    return pdf(CATALOG, ONE_PAGE, first, stream(b"", b"/F Do"), form)


def page_of_size(box: str) -> bytes:
    return pdf(CATALOG, ONE_PAGE, page(box=box))


def locked(password: str = "only we know") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(612, 792)
    writer.encrypt(password, algorithm="RC4-128")
    return written(writer)


def may_not_be_copied() -> bytes:
    """Opens without a password; only changing it wants one."""
    writer = PdfWriter()
    writer.add_blank_page(612, 792)
    writer.encrypt("", "the owner's", algorithm="RC4-128")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def tiff(*tags: tuple[int, int, int, int], after: int = 0, data: bytes = b"") -> bytes:
    """One directory, and the address that follows it; it stands before its data."""
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", after)
    return struct.pack("<2sHI", b"II", 42, 8) + directory + data


def tiff_of_size(width: int, height: int) -> bytes:
    return tiff(
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0), (273, 4, 1, 200), (277, 3, 1, 1),
        (278, 4, 1, height), (279, 4, 1, 16), data=bytes(200),
    )  # fmt: skip


def tiff_of_itself(place: Path) -> bytes:
    """Whose second page is its first."""
    data = bytearray(fax_tiff(place, pages=1).read_bytes())
    at = struct.unpack("<I", data[4:8])[0]
    end = at + 2 + 12 * struct.unpack("<H", data[at : at + 2])[0]
    data[end : end + 4] = struct.pack("<I", at)
    return bytes(data)


def png_of_size(side: int) -> bytes:
    """White, in one bit per dot; written row by row, for the test must not need the memory either."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    parts = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def good(folder: Path) -> dict[str, bytes]:
    """One document of each kind that is read."""
    found = {
        "g3": fax_tiff(folder / "g3.tif", pages=2, compression="group3").read_bytes(),
        "g4": fax_tiff(folder / "g4.tif", pages=2).read_bytes(),
    }
    letter = sheet(1).convert("L").resize((864, 1078))
    for kind in ("PDF", "JPEG", "PNG", "GIF", "WEBP", "BMP"):
        kept = io.BytesIO()
        letter.save(kept, kind)
        found[kind.lower()] = kept.getvalue()
    return found


def _flipped(data: bytes) -> bytes:
    chance, changed = random.Random(7), bytearray(data)
    for _ in range(max(20, len(data) // 500)):
        changed[chance.randrange(16, len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a tenth of it": lambda data: data[: len(data) // 10],
    "half of it": lambda data: data[: len(data) // 2],
    "without its last bytes": lambda data: data[: -len(data) // 20],
    "only its head": lambda data: data[:16],
    "wrong magic": lambda data: bytes(8) + data[8:],
    "a hole": lambda data: data[: len(data) // 3] + bytes(len(data) // 3) + data[-len(data) // 3 :],
    "flipped bits": _flipped,
    "numbers at their largest": lambda data: data[:8] + b"\xff" * 64 + data[72:],
    "a part twice": lambda data: data[: len(data) // 2] + data[len(data) // 4 :],
    "rubbish behind it": lambda data: data + random.Random(3).randbytes(100_000),
}
