"""Programs for maintainers and for the commands of the Makefile."""
