"""Run every module of this folder that has `figures()`, or those named on the command line; one JSON line a figure."""

import importlib
import pkgutil
import sys

import bench


def main() -> None:
    wanted = sys.argv[1:]
    for found in sorted(pkgutil.iter_modules(bench.__path__), key=lambda one: one.name):
        if found.name == "__main__" or (wanted and found.name not in wanted):
            continue
        module = importlib.import_module(f"bench.{found.name}")
        if hasattr(module, "figures"):
            for figure in module.figures():
                print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
