"""Documentation that is the contracts themselves: what is shown is what the faces run by."""
