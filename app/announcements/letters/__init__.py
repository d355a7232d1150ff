"""Letters on paper: who needs one, how a page looks, and making them by the thousand."""
