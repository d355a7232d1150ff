"""Voice calls as a channel of the outbox: placed at a pace, spoken in the family's language, tried again, never placed twice."""
