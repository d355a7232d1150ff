"""Video calls."""
