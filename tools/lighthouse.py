"""Let Lighthouse judge a demo house: the inbox, signed in, and the sign-in page. Needs Node. Below 95 is a failure."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.houses import House, running_house
from tools.browser import executable

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
ENOUGH = 0.95
MOST_SHIFT = 0.01
FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PAGES = {"inbox": "/conversations", "sign-in": "/sign-in"}


def judged(house: House, path: str, folder: Path) -> dict[str, Any]:
    """Lighthouse's report of one page, as a phone would see it."""
    headers, report = folder / "headers.json", folder / "report.json"
    headers.write_text(json.dumps({"Cookie": f"homeroom={house.cookie_of(house.beside(), 'teacher@demo.test')}"}))
    command = [
        "npx",
        "--yes",
        LIGHTHOUSE,
        house.url + path,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={FLAGS}",
    ]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    if path != PAGES["sign-in"]:
        command.append(f"--extra-headers={headers}")
    subprocess.run(command, check=True, timeout=300, env={**os.environ, "CHROME_PATH": executable() or ""})
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def main() -> int:
    """Print a line for each page; 1 if one is not good enough."""
    is_good = True
    with tempfile.TemporaryDirectory(prefix="homeroom-lighthouse-") as name, running_house(Path(name) / "house") as house:
        for page, path in PAGES.items():
            report = judged(house, path, Path(name))
            scores = {category: report["categories"][category]["score"] for category in CATEGORIES}
            shift = round(report["audits"]["cumulative-layout-shift"]["numericValue"], 4)
            print(json.dumps({"page": page, **scores, "layout_shift": shift}))
            is_good = is_good and min(scores.values()) >= ENOUGH and shift <= MOST_SHIFT
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
