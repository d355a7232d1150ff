"""A district to try everything with: invented people, the same each time."""
