"""Connected calendars."""
