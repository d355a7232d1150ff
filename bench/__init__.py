"""Measurements, each beside a bare yardstick of the same run: `make bench`, or `python -m bench NAME …`."""
