#!/bin/sh
# Django's own checks, with the settings of a large site on the internet, and: no migration is missing.
set -eu
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export DATA_DIR="$data" SITE_URL=https://innotter.example EMAIL_URL=ses://eu-central-1 TRUSTED_PROXIES=10.0.0.0/8
export CACHE_URL=redis://cache.example:6379/0 CELERY_BROKER_URL=amqp://queue.example// EVENTS_AMQP_URL=amqp://queue.example//
export EVENTS_KAFKA_BOOTSTRAP=kafka.example:9092 STATISTICS_URL=http://stats.example INSIGHTS_URL=http://insights.example
export MEDIA_S3_BUCKET=media METRICS_TOKEN=only-for-this-check LOG_FORMAT=json
export LOG_LEVEL=CRITICAL DJANGO_SETTINGS_MODULE=innotter.config.settings DATABASE_URL="${DATABASE_URL:-postgres://nobody@localhost/nothing}"
.venv/bin/python -m django check --deploy --fail-level WARNING
# Nothing of the database is needed: where there is none, what is said about that is left out.
.venv/bin/python -m django makemigrations --check --dry-run 2>"$data/said" || { cat "$data/said" >&2; exit 1; }
