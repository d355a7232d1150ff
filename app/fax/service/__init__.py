"""What can be done with faxes."""
