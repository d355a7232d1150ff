"""Real documents, made on the spot: what fax machines, office programs and phones write."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

FONT = ImageFont.load_default(40)


def sheet(number: int, lines: int = 2156, *, width: int = 1728) -> Image.Image:
    """A page of text as a fax machine reads it, in one bit per dot."""
    paper = Image.new("1", (width, lines), 1)
    pen = ImageDraw.Draw(paper)
    for row in range(40):
        pen.text(
            (100, 60 + row * (lines // 43)), f"Page {number}, line {row}: Bus 14 leaves Maple Street at 7:0{row % 10}.", fill=0, font=FONT
        )
    return paper


def fax_tiff(
    place: Path, *, pages: int = 1, lines: int = 2156, compression: str = "group4", dpi: tuple[float, float] = (204, 196), **options
):
    """As a carrier hands it over."""
    sheets = [sheet(number, lines) for number in range(1, pages + 1)]
    sheets[0].save(place, "TIFF", compression=compression, save_all=True, append_images=sheets[1:], dpi=dpi, **options)
    return place


def same(first: Image.Image, second: Image.Image) -> bool:
    """Whether two pictures have the same dots."""
    return first.size == second.size and first.convert("1").tobytes() == second.convert("1").tobytes()


def photo(size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Tones as a camera sees them: a slope of light, a dark round thing, and a sign with letters."""
    light = Image.linear_gradient("L").resize(size)
    ball = ImageOps.invert(Image.radial_gradient("L")).resize((size[1] // 2, size[1] // 2))
    picture = Image.merge("RGB", (light, light.rotate(180), Image.new("L", size, 120)))
    picture.paste(ball, (size[0] // 2, size[1] // 4))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((size[0] // 10, size[1] // 10, size[0] // 2, size[1] // 4), fill="white")
    pen.text((size[0] // 9, size[1] // 8), "Room 12", fill="black", font=FONT)
    return picture
