"""Events out to other systems: an outbox of the same commit, signed, in order, at least once, and kept apart from slow receivers."""
