"""Cleaning of tables: what both the jobs of the core and the lambdas do with a CSV file."""
