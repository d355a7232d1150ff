"""Import this first: no garbage is looked for until the code and the tests are read, since nothing of them is ever thrown away."""

import gc

gc.disable()


def over() -> None:
    """Look for garbage again, but never through what was read until now."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
