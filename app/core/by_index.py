"""For batches: some hundred or thousand rows of large tables, whose keys are at hand."""

from app.core.database import db

_SETTINGS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
"""What is switched off counts as very expensive, and what is expensive would be compiled first, or shared with helpers."""
_WALK = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())


def by_index() -> None:
    """Have PostgreSQL find rows by their indexes until the end of this transaction.

    By its own reckoning some hundred look-ups cost more than to read a table of some ten thousand rows, each time anew; and of a
    table that is just being filled it knows nothing.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql(_WALK)
