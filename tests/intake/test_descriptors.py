"""The house takes as many files as it may have, and no more connections than they allow."""

import resource
import subprocess
import sys

import pytest

from app.intake import descriptors

ASKED = """
import resource
from app.intake import descriptors
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, min(hard, {hard})))
print(descriptors.allow_many(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize("hard", [700, 256])
def test_it_takes_what_the_system_allows(hard: int) -> None:
    done = subprocess.run([sys.executable, "-c", ASKED.format(hard=hard)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == [str(hard), str(hard)]


def test_connections_have_a_file_beside_them() -> None:
    assert descriptors.places(65_536, 300, 2000) == 2000
    assert descriptors.places(2_556, 300, 2000) == 1000
    assert descriptors.places(10, 300, 2000) == descriptors.FEWEST
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > descriptors.FEWEST
