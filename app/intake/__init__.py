"""How requests come in, read whole before a page thread has them, and how answers leave that are read slowly: without a thread."""
