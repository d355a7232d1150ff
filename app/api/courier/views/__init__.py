"""Pages of this face: where its files are brought to, and fetched from."""
