"""Static files are what they claim to be."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.core.assets import asset_url
from app.core.joined_sheets import joined_sheet
from tools.vendor.copy_packages import sha384

ROOT = Path(__file__).parents[2]
MANIFESTS = [ROOT / "static/vendor/manifest.json", ROOT / "tests/fixtures/vendor/manifest.json"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_vendored_files_are_the_ones_that_were_copied(manifest: Path) -> None:
    listed = [item for package in json.loads(manifest.read_text()).values() for item in package["files"].items()]
    assert listed
    for file, digest in listed:
        assert sha384(ROOT / file) == digest, file


def test_a_sheet_is_made_of_all_its_parts(client: FlaskClient) -> None:
    """Whole rules only, theirs in the layer that gives way, and of comments only the licence."""
    sheet = client.get(asset_url("css/homeroom.css")).text
    for part in (ROOT / "static/css/homeroom").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", part.read_text(), flags=re.DOTALL).splitlines()
        missing = [line for line in rules if line.strip() not in sheet and not line.startswith("@import")]
        assert missing == [], part.name
    assert "@import" not in sheet
    assert "@layer reset {" in sheet
    assert sheet.count("{") == sheet.count("}")
    assert re.findall(r"/\*.*", sheet) == ["/*! modern-normalize 3.0.1, MIT: see ../vendor */"]


@pytest.mark.parametrize("template", [file for file in (ROOT / "templates").rglob("*.html") if "set sheets" in file.read_text()], ids=str)
def test_every_sheet_that_a_page_names_is_there(template: Path) -> None:
    for names in re.findall(r"set sheets = \[(.*?)\]", template.read_text()):
        assert [name for name in names.replace('"', "").split(", ") if not list((ROOT / "static/css" / name).glob("*.css"))] == []


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = (ROOT / "static/icons.svg").read_text()
    templates = "".join(file.read_text() for file in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r"icon\(\"([a-z0-9:-]+)\"", templates))
    chosen = {name for table in re.findall(r"icon\(\{(.*?)\}", templates) for name in re.findall(r": \"([a-z0-9-]+)\"", table)}
    assert chosen
    missing = {name for name in named | chosen if f'id="i-{name.replace(":", "-")}"' not in sprite}
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
    assert unpack(answer.data) == joined_sheet(ROOT / "static/css/homeroom").encode()


def test_a_part_of_a_static_file_is_cut_from_the_plain_one(client: FlaskClient) -> None:
    answer = client.get(asset_url("icons.svg"), headers={"Accept-Encoding": "br", "Range": "bytes=0-9"})
    assert answer.status_code == 206
    assert answer.data == (ROOT / "static/icons.svg").read_bytes()[:10]


def test_fonts_are_not_packed_twice(client: FlaskClient) -> None:
    font = "vendor/nunito-sans-5.3.0/nunito-sans-latin-wght-normal.woff2"
    answer = client.get(asset_url(font), headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (ROOT / "static" / font).read_bytes()
