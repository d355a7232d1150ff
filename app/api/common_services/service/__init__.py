"""What this face keeps of its own, each with what the room does in one commit."""
