"""How requests come in: read whole, without a thread, before a page thread has them."""
