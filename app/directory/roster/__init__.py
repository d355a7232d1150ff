"""Read a district's roster: OneRoster CSV 1.1 and 1.2, as a folder or a zip."""
