"""The `innotter` command."""
