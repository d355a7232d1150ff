"""From grey to black and white: letters and lines stay sharp, photographs become dots."""

from PIL import Image, ImageFilter

PAPER = 176
"""Whatever is lighter becomes white: grey letters stay, the tint of a table's head goes."""
_MIDDLE = (40, 215)
_BLOCK = 16
_TONED = 140  # of 255: more than half of a block's dots are neither black nor white
_WIDE = 5


def black_and_white(grey: Image.Image) -> Image.Image:
    """The page in one bit per dot."""
    sharp = grey.point(_STEPS).convert("1", dither=Image.Dither.NONE)
    mask = _photographs(grey)
    if mask is None:
        return sharp
    soft = grey.convert("1", dither=Image.Dither.FLOYDSTEINBERG)
    sharp.paste(soft, mask=mask)
    return sharp


_STEPS = [0 if level < PAPER else 255 for level in range(256)]
_TONES = [255 if _MIDDLE[0] < level < _MIDDLE[1] else 0 for level in range(256)]


def _photographs(grey: Image.Image) -> Image.Image | None:
    """Where the page holds tones: blocks in which most dots are neither dark nor light, and that have such neighbours."""
    blocks = grey.point(_TONES).reduce(_BLOCK)
    toned = blocks.point([255 if share > _TONED else 0 for share in range(256)])
    solid = toned.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(_WIDE))
    if solid.getbbox() is None:
        return None
    return solid.resize((blocks.width * _BLOCK, blocks.height * _BLOCK), Image.Resampling.NEAREST).crop((0, 0, *grey.size)).convert("1")
