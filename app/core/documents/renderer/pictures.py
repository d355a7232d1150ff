"""Photographs and scans, put on a page."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.documents.renderer.dots import black_and_white
from app.core.documents.renderer.light import as_paper
from app.core.documents.renderer.page_of_dots import ACROSS, FINE, WIDTH, DotPage
from app.core.documents.renderer.refused import Refused

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 50_000_000
"""After a JPEG was made smaller while it was read."""
MARGIN = 60
LONGEST = round(11 * FINE)
_LARGEST = 4
Image.MAX_IMAGE_PIXELS = None  # each reader here has its own bounds, and the process has them, too


class Picture:
    """One page."""

    count = 1
    quality = "fine"
    is_cut = False

    def __init__(self, source: Path) -> None:
        self._source = source

    def pages(self) -> Iterator[DotPage]:
        """The one."""
        yield DotPage(black_and_white(on_paper(read(self._source))))


def read(source: Path) -> Image.Image:
    """Upright and grey, on white where it lets something through."""
    try:
        image = Image.open(source, formats=FORMATS)
        image.draft("L", (2 * WIDTH, 2 * WIDTH))
        if image.width * image.height > MOST_PIXELS:
            raise Refused("too_large")
        image.load()
    except (UnidentifiedImageError, OSError, EOFError, ValueError, SyntaxError, KeyError, TypeError, IndexError) as damage:
        raise Refused("damaged") from damage
    turned = ImageOps.exif_transpose(image)
    if not turned.has_transparency_data:
        return turned.convert("L")
    seen = turned.convert("LA")
    paper = Image.new("L", seen.size, 255)
    paper.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
    return paper


def on_paper(grey: Image.Image, *, margin: int = MARGIN, stretch: float = 1.0) -> Image.Image:
    """As large as the page allows. `stretch` is how many times taller than it is wide each of its dots is."""
    room, tallest = WIDTH - 2 * margin, (LONGEST - 2 * margin) * ACROSS / FINE
    scale = min(room / grey.width, tallest / (grey.height * stretch), _LARGEST)
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * stretch * scale * FINE / ACROSS))
    paper = Image.new("L", (WIDTH, LONGEST), 255)
    paper.paste(as_paper(grey.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)), ((WIDTH - size[0]) // 2, margin))
    return paper
