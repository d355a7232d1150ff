"""Join the parts of static/css/src into the style sheets that pages load. `--check` only says whether they are stale."""

import re
import sys
from pathlib import Path

CSS = Path(__file__).parent.parent / "static/css"
NORMALIZE = CSS.parent / "vendor/modern-normalize-3.0.1/modern-normalize.css"
LAYERS = "@layer reset, tokens, base, layout, components, screens, util;\n"
APART = {"guardian.css": "guardian.css", "40-fax.css": "fax.css", "60-sim.css": "simulator.css"}
"""Parts that are sheets of their own, since few pages need them."""


def squeeze(css: str) -> str:
    """Drop comments and indentation; what remains is still readable in a browser's tools."""
    css = re.sub(r"/\*(?!!).*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", css).strip() + "\n"


def build() -> dict[Path, str]:
    """The sheets and their texts."""
    reset = squeeze(NORMALIZE.read_text().split("*/", 1)[1])
    parts = [LAYERS, "/*! modern-normalize 3.0.1, MIT: see ../vendor */\n@layer reset {\n", reset, "}\n"]
    parts += [squeeze(file.read_text()) for file in sorted((CSS / "src").glob("*.css")) if file.name not in APART]
    alone = {CSS / name: squeeze((CSS / "src" / part).read_text()) for part, name in APART.items()}
    return {CSS / "homeroom.css": "".join(parts), **alone}


def main() -> int:
    """Write the sheets, or with --check name the stale ones; 1 if there are any."""
    stale = [file for file, text in build().items() if not file.exists() or file.read_text() != text]
    if "--check" in sys.argv:
        for file in stale:
            print(f"{file.name} is older than its parts: run `make css`")
        return bool(stale)
    for file, text in build().items():
        file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
