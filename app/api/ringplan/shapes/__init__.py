"""Rows as the contract writes them: pure, one function for each schema."""
