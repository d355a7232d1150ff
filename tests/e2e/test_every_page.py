"""Every page: nothing for axe to find, nothing the browser complains of, and nothing that scrolls sideways."""

import pytest

from tests.e2e.conftest import Window, axe_findings

pytestmark = pytest.mark.e2e
SIDEWAYS = "() => document.documentElement.scrollWidth > window.innerWidth"
WIDTHS = [1440, 390]
BETWEEN = {"width": 1024, "height": 900}
"""There only the columns differ: the wide window is made so narrow and looked at for what sticks out."""
TEACHER = (
    "teacher@demo.test",
    [
        "/conversations",
        "/conversations/1",
        "/people",
        "/groups",
        "/groups/new",
        "/families/guardian/1",
        "/families/student/1",
        "/calls",
        "/calls/new?conversation=1",
        "/calls/direct/new?conversation=1",
        "/calls/history",
        "/calls/phone",
        "/voicemail",
        "/voicemail/9",
        "/voicemail/greetings",
        "/announcements?show=received",
        "/announcements/1/families",
    ],
)
OFFICE = ("office@demo.test", ["/guardians/1/edit", "/guardians/1/contact-points/new"])
ADMIN = (
    "admin@demo.test",
    [
        "/settings/staff",
        "/settings/schools",
        "/settings/schools/1",
        "/settings/numbers",
        "/settings/audit",
        "/calls/settings",
        "/settings/profile",
        "/settings/security",
        "/announcements",
        "/announcements/new?include=section:1",
        "/announcements?show=templates",
    ],
)
PRINCIPAL = ("principal@demo.test", ["/announcements/1", "/announcements/1/answers", "/announcements/1/phone"])
OPEN = (None, ["/sign-in", "/password/forgot", "/no-such-page", "/g/no-such-link", "/answer/no-such-link"])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("email", "paths"), [TEACHER, OFFICE, ADMIN, PRINCIPAL, OPEN], ids=["teacher", "office", "admin", "principal", "nobody"]
)
def test_axe_finds_nothing(window: Window, width: int, email: str | None, paths: list[str], complaints: list[str]) -> None:
    page = window("/", email, width=width) if email else window("/sign-in", width=width)
    findings: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path)
        found = axe_findings(page)
        if page.evaluate(SIDEWAYS):
            found.append("the page is wider than the window")
        if width > BETWEEN["width"]:
            page.set_viewport_size(BETWEEN)
            if page.evaluate(SIDEWAYS):
                found.append(f"the page is wider than a window of {BETWEEN['width']}")
            page.set_viewport_size({"width": width, "height": 900})
        if found:
            findings[path] = found
    assert findings == {}
    assert [
        complaint for complaint in complaints if "404" not in complaint and "410" not in complaint and "eval" not in complaint.lower()
    ] == []
