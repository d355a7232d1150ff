"""Every quick start that the pages for developers name is there, is one page with one title, and has programs that say what they print."""

import re
import subprocess

import pytest

from app.api.reader.quick import QUICK
from app.api.reader.writing import prose, quick_start
from tests.api.quick_starts import read

FROM_FILES = {"webhooks", "live-feed"}
"""These wait for what another program of the page writes, which begins a moment later."""


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_start_is_one_page_with_programs(name: str) -> None:
    text = quick_start(name)
    assert text is not None
    html = str(prose(text))
    assert (html.count("<h1"), "<th></th>" in html) == (1, False)
    assert "<pre>" not in html, "programs are scrolled by the keyboard, too"
    page = read(name)
    assert page.programs
    assert all(page.prints[language] for language in page.programs)


@pytest.mark.parametrize("name", QUICK)
def test_what_is_refused_is_printed_and_nobody_waits_for_it(name: str) -> None:
    helpers = "\n".join(re.findall(r"^(?:get|wait_for)\(\) \{$.*?^\}$", read(name).programs["bash"], re.MULTILINE | re.DOTALL))
    refusal = '{"error": {"message": "It is a quiet hour there."}}'

    def says(asked: str, code: int) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{helpers}\nrefused() {{ echo '{refusal}'; return {code}; }}\n{asked}"],
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        return done.stderr

    assert says("""ID=$(refused | get '["uuid"]'); echo "$ID" """, 0) == f"{refusal}\n\n"
    if name not in FROM_FILES:
        assert refusal in says("wait_for delivered refused", 22)
