"""A PDF, written object by object: what is needed for pages of dots, and no more."""

import zlib
from io import BytesIO
from typing import BinaryIO

CATALOG, PAGES = 1, 2


class PdfFile:
    """Grows by objects; `finish` ends it. Written into `target` as it grows, so that a long one takes no memory."""

    def __init__(self, target: BinaryIO | None = None) -> None:
        self._target = BytesIO() if target is None else target
        self._places = {CATALOG: 0, PAGES: 0}
        self._kids: list[int] = []
        self._images: list[int] = []
        self._font = 0
        self._target.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")

    def add(self, head: bytes, stream: bytes | None = None) -> int:
        """Write an object, and return its number. Pictures are kept for the next page."""
        number = self.write(
            b"<<%b>>" % head if stream is None else b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(stream), stream)
        )
        if b"/Subtype/Image" in head:
            self._images.append(number)
        return number

    def write(self, body: bytes, number: int | None = None) -> int:
        """Write an object as it is given."""
        number = len(self._places) + 1 if number is None else number
        self._places[number] = self._target.tell()
        self._target.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def font(self) -> bytes:
        """The resource of the letters that are found and not seen: Helvetica, which no reader lacks."""
        if not self._font:
            self._font = self.add(b"/Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding")
        return b"/Font<</F %d 0 R>>" % self._font

    def named(self, prefix: bytes) -> bytes:
        """The pictures since the last page, as its resources name them."""
        names = b"".join(b"/%b%d %d 0 R" % (prefix, number, number) for number in self._images)
        self._images = []
        return b"/XObject<<%b>>" % names

    def page(self, width: float, height: float, drawing: bytes, resources: bytes, *, turn: int = 0) -> None:
        """End a page: its size in points, what is drawn, and with what."""
        packed = zlib.compress(drawing)
        contents = self.add(b"/Filter/FlateDecode", packed)
        self._kids.append(
            self.add(
                b"/Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Rotate %d/Resources<<%b>>/Contents %d 0 R"
                % (PAGES, width, height, turn, resources, contents)
            )
        )

    def finish(self) -> None:
        """Write what is known only at the end."""
        kids = b" ".join(b"%d 0 R" % number for number in self._kids)
        self.write(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._kids), kids), PAGES)
        self.write(b"<</Type/Catalog/Pages %d 0 R>>" % PAGES, CATALOG)
        start, count = self._target.tell(), len(self._places) + 1
        self._target.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        self._target.writelines(b"%010d 00000 n \n" % self._places[number] for number in range(1, count))
        self._target.write(b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, CATALOG, start))

    def whole(self) -> bytes:
        """The finished file, where it was not written elsewhere."""
        self.finish()
        return self._target.getvalue() if isinstance(self._target, BytesIO) else b""
