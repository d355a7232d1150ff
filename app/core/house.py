"""Flask, without what no request of this house needs."""

from collections.abc import Callable
from typing import Any

from flask import Flask


class House(Flask):
    """Nothing in it waits for an event loop, so no hook and no view has to be asked each time whether it does."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func
