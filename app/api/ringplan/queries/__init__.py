"""Lists as this face asks for them: a fixed number of queries each."""
