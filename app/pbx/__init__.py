"""Telephone systems: the extensions of a district, kept here, and written to the FreePBX behind them where there is one."""

from flask import Flask

from app.pbx import audit_words  # noqa: F401  (registered by being imported)


def init_app(_app: Flask) -> None:
    """Nothing but words for the audit log: other systems ask for extensions, no page does."""
