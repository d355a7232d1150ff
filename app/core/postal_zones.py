"""Time zones of US postal codes, by their first three digits.

Where a three-digit area lies in two zones, the zone of most of its people is given.
"""

import re
from bisect import bisect_right
from typing import Final

_POSTAL_CODE = re.compile(r"\s*(\d{3})\d{2}(?:[-\s]?\d{4})?\s*")

_EASTERN: Final = "America/New_York"
_CENTRAL: Final = "America/Chicago"
_MOUNTAIN: Final = "America/Denver"
_PACIFIC: Final = "America/Los_Angeles"
_PUERTO_RICO: Final = "America/Puerto_Rico"
_ARIZONA: Final = "America/Phoenix"  # keeps standard time all year
_INDIANA: Final = "America/Indiana/Indianapolis"
_KENTUCKY: Final = "America/Kentucky/Louisville"
_MICHIGAN: Final = "America/Detroit"
_IDAHO: Final = "America/Boise"

# The first area of each stretch and its zone; None where there is none (military post, unassigned).
_FROM: tuple[tuple[int, str | None], ...] = (
    (0, None),
    (5, _EASTERN),  # Holtsville
    (6, _PUERTO_RICO),  # with the Virgin Islands
    (10, _EASTERN),  # Massachusetts to New Jersey
    (90, None),  # military, Europe
    (100, _EASTERN),  # New York to Georgia
    (320, _EASTERN),  # Florida
    (324, _CENTRAL),  # Panama City, Pensacola
    (326, _EASTERN),
    (340, None),  # military, Americas
    (341, _EASTERN),
    (350, _CENTRAL),  # Alabama, west and middle Tennessee
    (373, _EASTERN),  # Chattanooga
    (375, _CENTRAL),  # Memphis
    (376, _EASTERN),  # Johnson City, Knoxville
    (380, _CENTRAL),  # west and middle Tennessee, Mississippi
    (398, _EASTERN),  # south Georgia
    (400, _KENTUCKY),
    (420, _CENTRAL),  # Paducah, Bowling Green, Owensboro, Henderson
    (425, _KENTUCKY),
    (430, _EASTERN),  # Ohio
    (460, _INDIANA),
    (463, _CENTRAL),  # Gary
    (465, _INDIANA),
    (476, _CENTRAL),  # Evansville
    (478, _INDIANA),
    (480, _MICHIGAN),
    (500, _CENTRAL),  # Iowa, Wisconsin, Minnesota
    (570, _CENTRAL),  # South Dakota
    (577, _MOUNTAIN),  # Rapid City
    (580, _CENTRAL),  # North Dakota
    (586, _MOUNTAIN),  # Dickinson
    (587, _CENTRAL),
    (590, _MOUNTAIN),  # Montana
    (600, _CENTRAL),  # Illinois, Missouri, Kansas, Nebraska
    (693, _MOUNTAIN),  # Alliance, Scottsbluff
    (700, _CENTRAL),  # Louisiana to Texas
    (798, _MOUNTAIN),  # El Paso
    (820, _MOUNTAIN),  # Wyoming
    (832, _IDAHO),
    (835, _PACIFIC),  # Lewiston
    (836, _IDAHO),
    (838, _PACIFIC),  # Coeur d'Alene
    (839, None),
    (840, _MOUNTAIN),  # Utah
    (850, _ARIZONA),
    (865, _MOUNTAIN),  # the Navajo Nation changes its clocks
    (866, None),
    (870, _MOUNTAIN),  # New Mexico, El Paso again
    (889, _PACIFIC),  # Nevada, California
    (962, None),  # military, Pacific
    (967, "Pacific/Honolulu"),
    (969, "Pacific/Guam"),
    (970, _PACIFIC),  # Oregon
    (979, _IDAHO),  # Ontario
    (980, _PACIFIC),  # Washington
    (995, "America/Anchorage"),
)
_STARTS = [start for start, _zone in _FROM]


def zone_of_postal_code(postal_code: str) -> str | None:
    """The zone of a US ZIP code (``97301``, ``97301-1234``); None for anything else and for military post."""
    match = _POSTAL_CODE.fullmatch(postal_code)
    if match is None:
        return None
    return _FROM[bisect_right(_STARTS, int(match[1])) - 1][1]
