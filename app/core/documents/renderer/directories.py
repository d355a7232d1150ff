"""The directories of a TIFF, read without trust: one for each page, chained to each other (TIFF 6.0, section 2)."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, OFFSETS = 256, 257, 258, 259, 262, 266, 273
ROWS_PER_STRIP, COUNTS, ACROSS, DOWN, G3_OPTIONS, UNIT = 278, 279, 282, 283, 292, 296
_SIZES: Final = {1: 1, 3: 2, 4: 4, 5: 8}
_CODES: Final = {1: "B", 3: "H", 4: "I"}
_RATIONAL: Final = 5
_MOST_TAGS, _MOST_VALUES = 200, 50_000
_ENTRY: Final = 12


@dataclass(frozen=True, slots=True)
class Directory:
    """What one page says of itself: numbers by tag."""

    values: dict[int, tuple[float, ...]]

    def number(self, tag: int, otherwise: float = 0) -> float:
        """The first value of a tag."""
        found = self.values.get(tag)
        return found[0] if found else otherwise

    def whole(self, tag: int, otherwise: int = 0) -> int:
        """The same as an integer."""
        return int(self.number(tag, otherwise))


@dataclass(frozen=True, slots=True)
class Chain:
    """All pages. `is_broken` where it leads out of the file, or back."""

    directories: tuple[Directory, ...]
    is_broken: bool


def read_chain(source: Path, most: int) -> Chain:
    """The first `most` directories and one more, which says that there are too many."""
    with source.open("rb") as file:
        head = file.read(8)
        order = "<" if head[:2] == b"II" else ">"
        found: list[Directory] = []
        seen: set[int] = set()
        at = struct.unpack(f"{order}I", head[4:8])[0] if len(head) == 8 else 0  # noqa: PLR2004
        while at and len(found) <= most:
            if at in seen:
                return Chain(tuple(found), is_broken=True)
            seen.add(at)
            page = _directory(file, at, order)
            if page is None:
                return Chain(tuple(found), is_broken=True)
            found.append(page[0])
            at = page[1]
            if at < 0:
                return Chain(tuple(found), is_broken=True)
        return Chain(tuple(found), is_broken=False)


def _directory(file: BinaryIO, at: int, order: str) -> tuple[Directory, int] | None:
    """The one at this place, and where the next is: 0 after the last, less where the file ends before it says so."""
    file.seek(at)
    head = file.read(2)
    if len(head) < 2:  # noqa: PLR2004
        return None
    count = struct.unpack(f"{order}H", head)[0]
    if not 0 < count <= _MOST_TAGS:
        return None
    body = file.read(count * _ENTRY + 4)
    if len(body) < count * _ENTRY:
        return None
    values: dict[int, tuple[float, ...]] = {}
    for index in range(count):
        tag, kind, number = struct.unpack(f"{order}HHI", body[index * _ENTRY : index * _ENTRY + 8])
        found = _values(file, order, kind, number, body[index * _ENTRY + 8 : index * _ENTRY + 12])
        if found:
            values[tag] = found
    following = body[count * _ENTRY :]
    return Directory(values), struct.unpack(f"{order}I", following)[0] if len(following) == 4 else -1  # noqa: PLR2004


def _values(file: BinaryIO, order: str, kind: int, number: int, here: bytes) -> tuple[float, ...]:
    size = _SIZES.get(kind, 0) * number
    if not size or number > _MOST_VALUES:
        return ()
    data = here[:size]
    if size > len(here):
        file.seek(struct.unpack(f"{order}I", here)[0])
        data = file.read(size)
        if len(data) < size:
            return ()
    if kind == _RATIONAL:
        parts = struct.unpack(f"{order}{2 * number}I", data)
        return tuple(above / below if below else 0.0 for above, below in zip(parts[::2], parts[1::2], strict=True))
    return struct.unpack(f"{order}{number}{_CODES[kind]}", data)
