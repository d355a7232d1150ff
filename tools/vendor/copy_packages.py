"""Copy what pages load from node_modules into static/vendor, with licences and a manifest of hashes.

cd tools/vendor && npm ci --ignore-scripts && python copy_packages.py
"""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MODULES = HERE / "node_modules"
STATIC = ROOT / "static"
FONT_SUBSETS = ("latin", "latin-ext", "vietnamese", "cyrillic")

PACKAGES: dict[str, tuple[Path, list[str]]] = {
    "htmx.org": (STATIC / "vendor", ["dist/htmx.min.js", "LICENSE"]),
    "idiomorph": (STATIC / "vendor", ["dist/idiomorph-ext.min.js", "LICENSE"]),
    "socket.io-client": (STATIC / "vendor", ["dist/socket.io.min.js", "LICENSE"]),
    "modern-normalize": (STATIC / "vendor", ["modern-normalize.css", "license"]),
    "@fontsource-variable/nunito-sans": (
        STATIC / "vendor",
        [*(f"files/nunito-sans-{subset}-wght-normal.woff2" for subset in FONT_SUBSETS), "LICENSE"],
    ),
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
