"""Where the process starts. It is run by its path, so that `app` itself, the whole house, is not loaded with it."""

import sys
import types
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[3]


def main() -> int:
    """Make the packages known without what stands in them, then work."""
    for name in ("app", "app.core"):
        package = types.ModuleType(name)
        package.__path__ = [str(HOUSE.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    from app.core.documents.renderer.errands import work  # noqa: PLC0415  # only now can it be found

    return work(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
