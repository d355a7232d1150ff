"""A drawer that keeps what it drew."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.core.documents.pages import Drawn, DrawnPage
from app.core.documents.rendering import draw


@dataclass
class Desk:
    """Draws documents, each into a folder of its own."""

    folder: Path
    pages: list[DrawnPage] = field(default_factory=list)
    announced: list[int] = field(default_factory=list)

    def draw(self, source: Path, *, as_received: bool = True, **options) -> Drawn:
        self.pages, self.announced = [], []
        place = self.folder / f"drawn-{len(list(self.folder.iterdir()))}"
        place.mkdir()

        def keep(page: DrawnPage, of: int) -> None:
            self.pages.append(page)
            self.announced.append(of)

        return draw(source, place, as_received=as_received, on_page=keep, **options)


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(folder)
