"""Pictures as they may be shown and sent: upright, without the place they were taken, bounded in pixels and bytes.

Everything is decoded and encoded anew, so nothing that hides beside the pixels survives.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.core.content_types import GIF, JPEG, PNG, WEBP, FileType
from app.core.uploads import UploadRefused, Why

ADVISED_BYTES: Final = 600 * 1024
"""What arrives on nearly every phone as it was sent."""
MOST_PIXELS: Final = 60_000_000
MOST_FRAMES: Final = 300
MOST_MOVING_PIXELS: Final = 120_000_000  # of all frames together
THUMBNAIL: Final = (480, 480)
PICTURES: Final = frozenset({JPEG, PNG, GIF, WEBP})

_FORMATS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WEBP"}
_TYPES = {name: kind for kind, name in _FORMATS.items()}
_QUALITIES = (85, 75, 65)
_SMALLEST_SIDE = 320


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture and its size as shown, in pixels."""

    data: bytes
    type: FileType
    width: int
    height: int


def clean(data: bytes) -> Picture:
    """The same picture upright and without EXIF, GPS, comments or hidden extras; a moving one keeps moving.

    Raises UploadRefused for a damaged picture or one that would take too much memory.
    """
    with _opened(data) as image:
        kind = _TYPES[str(image.format)]
        if getattr(image, "n_frames", 1) > 1 and kind in {GIF, WEBP}:
            return _moving(image, kind)
        return _encoded(_upright(image), kind, quality=90)


def thumbnail(data: bytes, box: tuple[int, int] = THUMBNAIL) -> Picture:
    """A small WebP of the first frame that fits into `box`, never larger than the picture. Raises UploadRefused."""
    with _opened(data) as image:
        image.draft("RGB", (box[0] * 2, box[1] * 2))  # a large JPEG is decoded at a fraction of its size
        small = _upright(image)
        small.thumbnail(box, Image.Resampling.LANCZOS)
        return _encoded(small, WEBP, quality=78)


def fit(data: bytes, target: int = ADVISED_BYTES) -> Picture:
    """The picture clean and in at most `target` bytes, as carriers like it: smaller steps first, PNG only if that is enough.

    A moving picture that is too large becomes its first frame. Raises UploadRefused if nothing helps.
    """
    whole = clean(data)
    if len(whole.data) <= target and whole.type is not WEBP:
        return whole
    with _opened(whole.data) as image:
        still = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if len(whole.data) <= target and still.mode == "RGBA":
        lossless = _encoded(still, PNG)
        if len(lossless.data) <= target:
            return lossless
    return _shrunk(_on_white(still), target)


def _shrunk(image: Image.Image, target: int) -> Picture:
    side = max(image.size)
    while True:
        for quality in _QUALITIES:
            attempt = _encoded(image, JPEG, quality=quality)
            if len(attempt.data) <= target:
                return attempt
        side = int(side * 0.75)
        if side < _SMALLEST_SIDE:
            raise UploadRefused(_("This picture cannot be made small enough for a text. Send a link to it instead."), why=Why.BIG_PICTURE)
        image = image.copy()
        image.thumbnail((side, side), Image.Resampling.LANCZOS)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, checked before its pixels are decoded; whatever goes wrong inside is a damaged picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter
            with Image.open(io.BytesIO(data), formats=list(_TYPES)) as image:
                _bound(image)
                yield image
    except UploadRefused:
        raise
    except UnidentifiedImageError as error:
        raise UploadRefused(_("This is not a picture that we can read. Send it as JPEG or PNG."), why=Why.PICTURE) from error
    except Image.DecompressionBombError as error:
        raise UploadRefused(_too_many_pixels(), why=Why.BIG_PICTURE) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        MemoryError,
        OverflowError,
        ZeroDivisionError,
    ) as error:
        raise UploadRefused(_("This picture is damaged. Save it again, or take a new one."), why=Why.PICTURE) from error


def _bound(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise UploadRefused(_too_many_pixels(), why=Why.BIG_PICTURE)
    frames = getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES or (frames > 1 and image.width * image.height * frames > MOST_MOVING_PIXELS):
        raise UploadRefused(_("This moving picture is too long. Send a shorter one, or a still picture."), why=Why.BIG_PICTURE)


def _too_many_pixels() -> str:
    return str(_("This picture has too many pixels. Make it smaller than %(most)s megapixels.", most=MOST_PIXELS // 1_000_000))


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    turned = ImageOps.exif_transpose(image)
    return turned.convert("RGBA" if turned.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _encoded(image: Image.Image, kind: FileType, quality: int = 90) -> Picture:
    bare = _on_white(image) if kind is JPEG else image
    bare.info = {}
    target = io.BytesIO()
    options: dict[FileType, dict[str, object]] = {
        JPEG: {"quality": quality, "optimize": True, "progressive": True},
        PNG: {"optimize": True},
        WEBP: {"quality": quality, "method": 4},
        GIF: {},
    }
    bare.save(target, _FORMATS[kind], **options[kind])
    return Picture(target.getvalue(), kind, image.width, image.height)


def _moving(image: Image.Image, kind: FileType) -> Picture:
    durations = [int(frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(image)]
    frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
    for frame in frames:
        frame.info = {}
    target = io.BytesIO()
    options: dict[str, object] = {"disposal": 2} if kind is GIF else {"method": 2}
    frames[0].save(
        target, _FORMATS[kind], save_all=True, append_images=frames[1:], duration=durations, loop=int(image.info.get("loop", 0)), **options
    )
    return Picture(target.getvalue(), kind, image.width, image.height)
