"""What can be done with faxes: received ones, and those that are to be sent."""
