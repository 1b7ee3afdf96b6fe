"""The blog's part of the API."""
