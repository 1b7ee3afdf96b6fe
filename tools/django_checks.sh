#!/bin/sh
# Django's own checks, with the settings of a site on the internet, and: no migration is missing.
set -eu
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export DATA_DIR="$data" SITE_URL=https://innotter.example EMAIL_URL=smtp://mail.innotter.example:25
export LOG_LEVEL=CRITICAL DJANGO_SETTINGS_MODULE=innotter.config.settings DATABASE_URL="${DATABASE_URL:-postgres://nobody@localhost/nothing}"
.venv/bin/python -m django check --deploy --fail-level WARNING
# Nothing of the database is needed: where there is none, what is said about that is left out.
.venv/bin/python -m django makemigrations --check --dry-run 2>"$data/said" || { cat "$data/said" >&2; exit 1; }
