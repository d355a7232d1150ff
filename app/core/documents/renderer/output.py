"""The files of a page: in full, for the screen, and small."""

from pathlib import Path

from PIL import Image

SCREEN_WIDTH = 1000
THUMB_WIDTH = 240
GREYS = 16
"""Are enough for letters, and half the bytes."""
_STEPS = [round(level * (GREYS - 1) / 255) for level in range(256)]
_PALETTE = [step * 255 // (GREYS - 1) for step in range(GREYS) for _colour in range(3)]


def keep(page: Image.Image, folder: Path, number: int, *, resolution: tuple[float, float], shown: tuple[int, int]) -> dict[str, object]:
    """Write a page of one bit per dot, and say where. `shown` is its size in square pixels."""
    places = {kind: folder / f"{number}.{kind}.png" for kind in ("image", "screen", "thumb")}
    page.info = {}
    page.save(places["image"], "PNG", dpi=resolution, compress_level=6)
    width, height = shown
    screen = page.convert("L").resize((SCREEN_WIDTH, max(1, round(height * SCREEN_WIDTH / width))), Image.Resampling.BOX)
    _save_grey(screen, places["screen"])
    thumb = screen.resize((THUMB_WIDTH, max(1, round(height * THUMB_WIDTH / width))), Image.Resampling.BOX)
    _save_grey(thumb, places["thumb"])
    return {"number": number, "width": width, "height": height, **{kind: str(place) for kind, place in places.items()}}


def _save_grey(picture: Image.Image, place: Path) -> None:
    few = Image.frombytes("P", picture.size, picture.point(_STEPS).tobytes())
    few.putpalette(_PALETTE)
    few.save(place, "PNG", bits=4, compress_level=6)
