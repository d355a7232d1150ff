"""The room of faxes."""
