"""Innotter: a self-hosted home for a community that publishes and works together."""
