"""The Courier face, asked as other systems ask it; every answer is judged by the contract."""
