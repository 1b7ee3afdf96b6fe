"""`python -m innotter` is the `innotter` command."""

from innotter.cli.main import main

main()
