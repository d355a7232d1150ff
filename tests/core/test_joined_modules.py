"""Scripts are joined right, or not at all."""

import json
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.core.assets import STATIC, asset_url, bundle_url
from app.core.joined_modules import CannotJoin, joined

ENTRIES = ["js/app.js", "js/conversations/main.js", "js/conversations/new_message.js", "js/conversations/unknown.js"]


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs something that runs scripts")
def test_joined_modules_do_what_they_did_apart(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        main='// Begin.\nimport { add, LIMIT as most } from "./sum.js";\nimport * as words from "./words.js";\nimport "./aside.js";\n'
        "console.log(JSON.stringify([add(1, 2), most, words.hello(), words.LIMIT, globalThis.aside]));\n",
        sum='import "./aside.js";\nexport const LIMIT = 9;\nexport function add(a, b) {\n  return a + b;\n}\n',
        words='import { LIMIT } from "./sum.js";\nconst LOUD = "!";\nexport async function later() {}\n'
        'export const hello = () => "hello" + LOUD;\n'
        "export { LIMIT };\n",
        aside="globalThis.aside = (globalThis.aside ?? 0) + 1;\n",
    )
    done = subprocess.run(["node", "--input-type=module"], input=joined(entry), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [3, 9, "hello!", 9, 1]


def test_a_cycle_is_refused(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        main='import { b } from "./other.js";\nexport const a = 1;\n',
        other='import { a } from "./main.js";\nexport const b = 2;\n',
    )
    with pytest.raises(CannotJoin, match="imports itself"):
        joined(entry)


@pytest.mark.parametrize("line", ["export default 1;", 'import thing from "./x.js";', "export let changing = 1;"])
def test_a_form_that_nobody_taught_it_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CannotJoin, match=r"main\.js"):
        joined(written(tmp_path, main=line + "\n"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_page_gets_its_scripts_as_one_file(client: FlaskClient, entry: str) -> None:
    text = joined(STATIC / entry)
    assert "\nimport " not in text
    assert "\nexport " not in text
    packed = client.get(bundle_url(entry), headers={"Accept-Encoding": "br"})
    assert packed.status_code == 200
    assert packed.headers["Content-Type"].startswith("text/javascript")
    assert brotli.decompress(packed.data).decode() == text
    assert client.get(bundle_url(entry)).text == text
    assert client.get(asset_url(entry)).text == (STATIC / entry).read_text()
