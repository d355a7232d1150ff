"""What kind of device a browser says it runs on, in words that its owner recognises."""

import re

from flask_babel import gettext as _

BROWSERS = (
    (re.compile(r"\bEdgA?/|\bEdgiOS/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\bFirefox/|\bFxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|\bCriOS/|\bChromium/"), "Chrome"),
    (re.compile(r"\bSafari/"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"\bCrOS\b"), "Chromebook", "device-laptop"),
    (re.compile(r"\biPhone\b"), "iPhone", "device-mobile"),
    (re.compile(r"\biPad\b"), "iPad", "device-mobile"),
    (re.compile(r"\bAndroid\b"), "Android", "device-mobile"),
    (re.compile(r"\bWindows\b"), "Windows PC", "device-laptop"),
    (re.compile(r"\bMacintosh\b"), "Mac", "device-laptop"),
    (re.compile(r"\bLinux\b"), "Linux PC", "device-laptop"),
)


def device_name(user_agent: str) -> str:
    """Such as "Chromebook, Chrome"; never the raw header."""
    system = next((name for pattern, name, _icon in SYSTEMS if pattern.search(user_agent)), None)
    browser = next((name for pattern, name in BROWSERS if pattern.search(user_agent)), None)
    return ", ".join(word for word in (system, browser) if word) or _("Unknown device")


def device_icon(user_agent: str) -> str:
    """The icon for it."""
    return next((icon for pattern, _name, icon in SYSTEMS if pattern.search(user_agent)), "device-laptop")
