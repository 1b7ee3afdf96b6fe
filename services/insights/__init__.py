"""Insights: how teams get on, and how jobs do, from the stream of events."""
