"""From grey to black and white: letters and lines stay sharp, photographs become dots.

The dots are two wide and two high. Single ones get lost in machines and on glass, take three times as long on the line, and would not
survive a fax of half the lines.
"""

from PIL import Image, ImageChops, ImageFilter

PAPER = 176
"""Whatever is lighter becomes white: grey letters stay, the tint of a table's head goes."""
_MIDDLE = (40, 215)
_BLOCK = 16
_TONED = 140  # of 255: more than half of a block's dots are neither black nor white
_WIDE = 5
_DOT = 2
_NEAR = 8
_STANDS_OUT = 50


def black_and_white(grey: Image.Image) -> Image.Image:
    """The page in one bit per dot."""
    sharp = grey.point(_CUT).convert("1", dither=Image.Dither.NONE)
    mask = _photographs(grey)
    if mask is not None:
        sharp.paste(_dotted(grey), mask=mask)
    return sharp


_CUT = [0 if level < PAPER else 255 for level in range(256)]
_TONES = [255 if _MIDDLE[0] < level < _MIDDLE[1] else 0 for level in range(256)]
_OUT = [255 if level > _STANDS_OUT else 0 for level in range(256)]
_SOLID = [255 if share > _TONED else 0 for share in range(256)]


def _photographs(grey: Image.Image) -> Image.Image | None:
    """Where the page holds tones: blocks in which most dots are neither dark nor light, and that have such neighbours."""
    blocks = grey.point(_TONES).reduce(_BLOCK)
    solid = blocks.point(_SOLID).filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(_WIDE))
    return None if solid.getbbox() is None else _blown_up(solid, _BLOCK, grey.size).convert("1", dither=Image.Dither.NONE)


def _dotted(grey: Image.Image) -> Image.Image:
    """Dots as dense as it is dark; what stands out from around it, such as letters on a tint, stays sharp."""
    dots = _blown_up(grey.reduce(_DOT).convert("1", dither=Image.Dither.FLOYDSTEINBERG), _DOT, grey.size)
    around = grey.reduce(_NEAR).filter(ImageFilter.BoxBlur(1)).resize(grey.size, Image.Resampling.BILINEAR)
    dots.paste(0, mask=_standing_out(around, grey))
    dots.paste(255, mask=_standing_out(grey, around))
    return dots


def _standing_out(light: Image.Image, dark: Image.Image) -> Image.Image:
    return ImageChops.subtract(light, dark).point(_OUT).convert("1", dither=Image.Dither.NONE)


def _blown_up(picture: Image.Image, times: int, size: tuple[int, int]) -> Image.Image:
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST).crop((0, 0, *size))
