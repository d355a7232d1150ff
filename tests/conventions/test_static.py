"""Static files are what they claim to be."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.core.assets import asset_url
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


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("gzip;q=1.0, br;q=0", "gzip"), ("", None)]
)
def test_static_files_travel_small_and_stay_the_same(client: FlaskClient, accepts: str, encoding: str | None) -> None:
    answer = client.get(asset_url("css/homeroom.css"), headers={"Accept-Encoding": accepts})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers.get("Vary", "") or encoding is None
    assert unpack(answer.data) == (ROOT / "static/css/homeroom.css").read_bytes()


def test_a_part_of_a_static_file_is_cut_from_the_plain_one(client: FlaskClient) -> None:
    answer = client.get(asset_url("css/homeroom.css"), headers={"Accept-Encoding": "br", "Range": "bytes=0-9"})
    assert answer.status_code == 206
    assert answer.data == (ROOT / "static/css/homeroom.css").read_bytes()[:10]


def test_fonts_are_not_packed_twice(client: FlaskClient) -> None:
    font = "vendor/nunito-sans-5.3.0/nunito-sans-latin-wght-normal.woff2"
    answer = client.get(asset_url(font), headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (ROOT / "static" / font).read_bytes()
