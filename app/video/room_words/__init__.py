"""What the room says, a file for each language. A person wrote these; a test holds them to the same keys and the same gaps."""
