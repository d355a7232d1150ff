"""Find a Chromium for the browser tests, or bring one: Playwright's own where it can be downloaded, else the system's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SHELL = "chromium_headless_shell-*/*/*headless*shell"
"""Where Playwright keeps the Chromium that has no windows: a page costs it a fifth of what it costs the whole one."""


def executable() -> str | None:
    """The path of a Chromium on this machine: CHROMIUM, Playwright's own, or the system's; the one without windows first."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    shells = (path for home in own.parents if home.name.startswith("chromium-") for path in sorted(home.parent.glob(SHELL)))
    found = next(shells, own)
    return str(found) if found.exists() else next((system for name in NAMES if (system := shutil.which(name))), None)


def may_install() -> bool:
    """Whether this is a machine of Debian's kind and it is ours."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def is_enough(found: str | None) -> bool:
    """Whether it is worth nothing to look further. Where a package is a command away, the Chromium without windows is."""
    return found is not None and ("CHROMIUM" in os.environ or "shell" in Path(found).name or not may_install())


def bring() -> None:
    """Download Playwright's Chromium; where that is not possible and we may, install the system's."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    done = subprocess.run(command, check=False, capture_output=True, timeout=300)
    if done.returncode == 0 and executable():
        return
    if not may_install():
        return
    subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
    for name in NAMES[:2]:
        if subprocess.run(["apt-get", "install", "-y", "-qq", name], check=False, timeout=600, stdout=subprocess.DEVNULL).returncode == 0:
            return


def main() -> int:
    """Print the path that tests will use; 1 where none could be had."""
    try:
        if not is_enough(executable()):
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
