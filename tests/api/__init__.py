"""The faces for other systems."""
