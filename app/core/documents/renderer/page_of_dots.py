"""A page in one bit per dot, as fax machines draw it: 204 dots to the inch across, 196 down."""

from dataclasses import dataclass

from PIL import Image

ACROSS, FINE, STANDARD = 204, 196, 98
WIDTH = 1728


@dataclass(frozen=True, slots=True)
class DotPage:
    """`picture` of mode "1", its resolution across and down, and what it says where that is known."""

    picture: Image.Image
    across: float = ACROSS
    down: float = FINE
    words: str = ""
    lines: tuple[dict[str, object], ...] = ()

    @property
    def shown(self) -> tuple[int, int]:
        """Its size in square pixels."""
        return self.picture.width, max(1, round(self.picture.height * self.across / self.down))
