"""Statistics of pages: what was counted, for their owners."""
