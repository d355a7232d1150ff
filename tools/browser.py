"""Find a Chromium for the browser tests, or bring one: Playwright's own where it can be downloaded, else the system's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str | None:
    """The path of a Chromium on this machine: CHROMIUM, Playwright's own, or the system's."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def bring() -> None:
    """Download Playwright's Chromium; where that is not possible and we may, install the system's."""
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True, timeout=300)
    if done.returncode == 0 and executable():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True, timeout=600, stdout=subprocess.DEVNULL)


def main() -> int:
    """Print the path that tests will use; 1 where none could be had."""
    try:
        if executable() is None:
            bring()
    except (Error, subprocess.SubprocessError, OSError) as error:
        print(error, file=sys.stderr)
    found = executable()
    if found is None:
        print("The browser tests need Chromium: install it, or name one in CHROMIUM.", file=sys.stderr)
        return 1
    print(f"Browser: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
