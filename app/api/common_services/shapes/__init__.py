"""How rows look in this face: pure functions from what a query brings to what the contract says."""
