#!/bin/sh
# What a container of the one image does: web, worker, runner, beat or migrate. Anything else is run as it is.
set -eu
export DJANGO_SETTINGS_MODULE=innotter.config.settings
# Django checks itself when it migrates; workers that do it again load all pages for nothing.
export CELERY_SKIP_CHECKS=1

case "${1:-web}" in
  web)
    exec python -m granian --interface wsgi --host "${HOST:-0.0.0.0}" --port "${PORT:-8000}" \
      --workers "${WEB_WORKERS:-2}" --blocking-threads "${WEB_THREADS:-4}" --respawn-failed-workers --no-ws \
      --workers-kill-timeout 10 --log-level warning innotter.config.wsgi:application ;;
  worker)
    exec python -m celery --app innotter.config.celery worker --queues innotter \
      --concurrency "${WORKER_CONCURRENCY:-2}" --without-gossip --without-mingle --loglevel WARNING ;;
  runner)
    exec python -m celery --app innotter.config.celery worker --queues jobs \
      --concurrency "${JOB_CONCURRENCY:-2}" --without-gossip --without-mingle --loglevel WARNING ;;
  beat)
    exec python -m celery --app innotter.config.beat beat --scheduler celery.beat:Scheduler --pidfile "" \
      --loglevel WARNING ;;
  migrate)
    exec python -m django prepare ;;
  *)
    exec "$@" ;;
esac
