"""What this face changes beside the house: each function is one transaction, with the room's own service in it where there is one."""
