"""For batches: some hundred or thousand rows of large tables, whose keys are at hand."""

from app.core.database import db

_OFF = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
"""What is switched off counts as very expensive, and what is expensive would be compiled first."""
_WALK = "SELECT " + ", ".join(f"set_config('{name}', 'off', true)" for name in _OFF)


def by_index() -> None:
    """Have PostgreSQL find rows by their indexes until the end of this transaction.

    By its own reckoning some hundred look-ups cost more than to read a table of some ten thousand rows, each time anew; and of a
    table that is just being filled it knows nothing.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql(_WALK)
