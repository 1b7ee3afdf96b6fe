#!/bin/sh
# The lock fits pyproject.toml, and the requirement files fit the lock.
set -eu
.venv/poetry/bin/poetry check --lock --quiet || { echo "poetry.lock does not fit pyproject.toml: run make lock" >&2; exit 1; }
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
sh tools/export_lock.sh "$fresh"
for file in main.txt stats.txt insights.txt lambdas.txt dev.txt; do
  diff -q "$fresh/$file" "requirements/$file" >/dev/null || { echo "requirements/$file does not fit poetry.lock: run make lock" >&2; exit 1; }
done
