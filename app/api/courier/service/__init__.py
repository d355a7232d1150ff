"""What can be done through this face. Each function is one transaction around the rooms' own, which decide whether it may be."""
