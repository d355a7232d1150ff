"""What this face reads. Every query begins with what the acting person sees."""
