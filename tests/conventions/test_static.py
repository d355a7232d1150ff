"""Static files are what they claim to be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.vendor.copy_packages import sha384

ROOT = Path(__file__).parents[2]
MANIFESTS = [ROOT / "static/vendor/manifest.json", ROOT / "tests/fixtures/vendor/manifest.json"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_vendored_files_are_the_ones_that_were_copied(manifest: Path) -> None:
    listed = [item for package in json.loads(manifest.read_text()).values() for item in package["files"].items()]
    assert listed
    for file, digest in listed:
        assert sha384(ROOT / file) == digest, file


def test_style_sheets_are_built_from_their_parts() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools/build_css.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    import re

    sprite = (ROOT / "static/icons.svg").read_text()
    named = {name for file in (ROOT / "templates").rglob("*.html") for name in re.findall(r"icon\(\"([a-z0-9:-]+)\"", file.read_text())}
    missing = {name for name in named if f'id="i-{name.replace(":", "-")}"' not in sprite}
    assert missing == set()
