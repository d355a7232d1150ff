"""Settings of a district, through the browser."""
