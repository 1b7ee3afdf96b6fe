"""What there is to read: the home feed, what is active elsewhere, and what a search finds."""
