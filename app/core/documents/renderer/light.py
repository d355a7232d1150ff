"""Paper that was photographed: shadows and lamps are taken out of it, so that it becomes as white as it was."""

from PIL import Image, ImageFilter, ImageMath, ImageOps

_BLOCK = 16
_WHITE, _WHITE_AT_LEAST = 245, 0.5
"""A scan, or a picture of a screen: half of it is white already."""
_LIT, _INK = 225, 170
"""Of 255: as light as the paper around it, and much darker."""
_LIT_AT_LEAST, _INK_AT_LEAST, _BETWEEN_AT_MOST = 0.6, 0.003, 0.16
"""A page is mostly paper with some ink, and little between them."""
_DARKEST, _EVENNESS = 60, 0.4
"""Paper in less light is none, and a lamp beside it does not make one end this many times lighter than the other."""
_NEVER_NOUGHT = [max(level, 1) for level in range(256)]


def as_paper(grey: Image.Image) -> Image.Image:
    """The page in even light where it is one, else the photograph with all its tones."""
    if _share(grey, _WHITE, 256) >= _WHITE_AT_LEAST:
        return grey
    paper = _paper_of(grey)
    darkest, lightest = _level(paper, 0.05), _level(paper, 0.95)
    if darkest >= _DARKEST and darkest >= lightest * _EVENNESS:
        even = _in_even_light(grey, paper.resize(grey.size, Image.Resampling.BICUBIC).point(_NEVER_NOUGHT))
        lit, ink = _share(even, _LIT, 256), _share(even, 0, _INK)
        if lit >= _LIT_AT_LEAST and ink >= _INK_AT_LEAST and 1 - lit - ink <= _BETWEEN_AT_MOST:
            return even
    return ImageOps.autocontrast(grey, cutoff=1)


def _paper_of(grey: Image.Image) -> Image.Image:
    """How light the paper is, block by block: as its lightest neighbour."""
    lightest = grey.reduce(_BLOCK).filter(ImageFilter.MaxFilter(5))
    return lightest.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(2))


def _in_even_light(grey: Image.Image, paper: Image.Image) -> Image.Image:
    even: Image.Image = ImageMath.lambda_eval(
        lambda args: args["min"](args["grey"] * 255 / args["paper"], 255), grey=grey, paper=paper
    ).convert("L")
    return even


def _share(picture: Image.Image, low: int, high: int) -> float:
    return sum(picture.histogram()[low:high]) / (picture.width * picture.height)


def _level(picture: Image.Image, share: float) -> int:
    """How light at most this share of it is."""
    left = share * picture.width * picture.height
    for level, count in enumerate(picture.histogram()):
        left -= count
        if left <= 0:
            return level
    return 255
