"""Copy what pages load from node_modules into static/vendor, with licences and a manifest of hashes.

`make vendor`; it needs Node, and fontTools to cut the font.
"""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MODULES = HERE / "node_modules"
STATIC = ROOT / "static"
FONT = "files/nunito-sans-latin-wght-normal.woff2"
FONTS_OF_NAMES = {
    "files/nunito-sans-latin-ext-wght-normal.woff2": (*range(0x100, 0x180), *range(0x218, 0x21C)),
    "files/nunito-sans-vietnamese-wght-normal.woff2": None,
}
"""Fetched only by pages with such letters, because a name half in another font is hard to read; None is all of the file."""
FONT_WEIGHTS = (400, 800)
"""What static/css/homeroom/01-tokens.css asks for."""
FONT_CHARACTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0xA4), 0xA9, 0xAA, 0xAB, 0xAE, 0xB0, 0xB7, 0xBA, 0xBB, *range(0xBF, 0x100), 0x131, 0x152, 0x153,
    *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2022, 0x2026, 0x20AC, 0x2122, 0x2191, 0x2193, 0x2212,
)  # fmt: skip
"""English and Spanish. Names in other alphabets than the Latin take the system's font."""

PACKAGES: dict[str, tuple[Path, list[str]]] = {
    "htmx.org": (STATIC / "vendor", ["dist/htmx.min.js", "LICENSE"]),
    "idiomorph": (STATIC / "vendor", ["dist/idiomorph-ext.min.js", "LICENSE"]),
    "socket.io-client": (STATIC / "vendor", ["dist/socket.io.min.js", "LICENSE"]),
    "modern-normalize": (STATIC / "vendor", ["modern-normalize.css", "license"]),
    "@fontsource-variable/nunito-sans": (
        STATIC / "vendor",
        [FONT, *FONTS_OF_NAMES, "LICENSE"],
    ),
    "@twilio/voice-sdk": (STATIC / "vendor", ["dist/twilio.min.js", "LICENSE.md"]),
    "axe-core": (ROOT / "tests/fixtures/vendor", ["axe.min.js", "LICENSE"]),
}


def main() -> None:
    """Copy every listed file, cut the icon sprite, and write both manifests."""
    manifests: dict[Path, dict[str, object]] = {}
    for name, (target, files) in PACKAGES.items():
        package = json.loads((MODULES / name / "package.json").read_text())
        folder = target / f"{name.rsplit('/', 1)[-1]}-{package['version']}"
        folder.mkdir(parents=True, exist_ok=True)
        hashes = {}
        for file in files:
            copied = folder / Path(file).name
            if file == FONT:
                cut_font(MODULES / name / file, copied, FONT_CHARACTERS)
            elif file in FONTS_OF_NAMES:
                cut_font(MODULES / name / file, copied, FONTS_OF_NAMES[file])
            else:
                shutil.copyfile(MODULES / name / file, copied)
            hashes[copied.relative_to(ROOT).as_posix()] = sha384(copied)
        manifests.setdefault(target, {})[name] = {"version": package["version"], "licence": package["license"], "files": hashes}
    sprite = STATIC / "icons.svg"
    sprite.write_text(cut_sprite((HERE / "icons.txt").read_text().split()))
    icons = json.loads((MODULES / "@tabler/icons/package.json").read_text())
    manifests[STATIC / "vendor"]["@tabler/icons"] = {
        "version": icons["version"],
        "licence": icons["license"],
        "files": {"static/icons.svg": sha384(sprite)},
    }
    for target, manifest in manifests.items():
        (target / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def cut_font(source: Path, target: Path, characters: Collection[int] | None = None) -> None:
    """Only the weights and the characters that our pages use: two thirds of the bytes of every first visit's largest file."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    between = BytesIO()
    instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": FONT_WEIGHTS}).save(between)
    font = TTFont(between, recalcTimestamp=False)
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["kern", "ccmp", "mark", "mkmk"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters or font.getBestCmap())
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def sha384(file: Path) -> str:
    """The hash in the form that integrity attributes use."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def cut_sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon; "filled:star" takes the filled drawing."""
    symbols = []
    for name in sorted(set(names)):
        style, _, base = name.rpartition(":")
        drawing = (MODULES / "@tabler/icons/icons" / (style or "outline") / f"{base}.svg").read_text()
        inner = re.search(r"<svg.*?>(.*)</svg>", drawing, re.DOTALL)
        if inner is None:
            message = f"no drawing in {name}"
            raise ValueError(message)
        body = re.sub(r"\s+", " ", inner.group(1)).replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").strip()
        fill = ' fill="currentColor" stroke="none"' if style == "filled" else ""
        symbols.append(f'<symbol id="i-{name.replace(":", "-")}" viewBox="0 0 24 24"{fill}>{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    main()
