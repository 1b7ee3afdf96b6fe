"""HTTP requests to addresses that people give, kept away from private networks."""
