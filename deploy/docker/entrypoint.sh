#!/bin/sh
# What a container of the one image does: web, worker, runner, beat or migrate; health says how it goes with it.
# Anything else is run as it is. Only /tmp and DATA_DIR are written.
set -eu
# What is written is for this account alone, also in a volume that others can enter.
umask 077
export DJANGO_SETTINGS_MODULE=innotter.config.settings
# Django checks itself when it migrates; workers that do it again load all pages for nothing.
export CELERY_SKIP_CHECKS=1
place=${TMPDIR:-/tmp}
role=${1:-web}

# Touched by a worker and by beat for as long as they work.
export READY_FILE="$place/innotter-alive"
# There while the web server is about to stop: load balancers see at /health/ready/ that they should go elsewhere.
export DRAIN_FILE="$place/innotter-draining"
if [ "$role" != health ]; then
  rm -f "$READY_FILE" "$DRAIN_FILE"
  echo "$role" >"$place/innotter-role"
fi
# What the processes of this container count, they count together.
count_together() { PROMETHEUS_MULTIPROC_DIR=$(mktemp -d) && export PROMETHEUS_MULTIPROC_DIR; }
# Told to stop, serve for DRAIN_SECONDS more, and then finish what has been begun.
drain() {
  trap '' TERM INT
  touch "$DRAIN_FILE"
  sleep "${DRAIN_SECONDS:-5}"
  kill -TERM "$server"
}

case "$role" in
  web)
    count_together
    trap drain TERM INT
    python -m granian --interface asgi --host "${HOST:-0.0.0.0}" --port "${PORT:-8000}" \
      --workers "${WEB_WORKERS:-2}" --respawn-failed-workers --no-ws --backlog 2048 --backpressure 8192 \
      --workers-kill-timeout 10 --log-level warning innotter.config.asgi:application &
    server=$!
    # The first wait ends with the signal, the second with the server.
    wait "$server" || wait "$server" ;;
  worker)
    count_together
    exec python -m celery --quiet --app innotter.config.celery worker --queues innotter \
      --concurrency "${WORKER_CONCURRENCY:-2}" --without-gossip --without-mingle --loglevel WARNING ;;
  runner)
    count_together
    exec python -m celery --quiet --app innotter.config.celery worker --queues jobs \
      --concurrency "${JOB_CONCURRENCY:-3}" --without-gossip --without-mingle --loglevel WARNING ;;
  beat)
    exec python -m celery --quiet --app innotter.config.celery beat --scheduler celery.beat:Scheduler --pidfile "" \
      --loglevel WARNING ;;
  migrate)
    exec python -m django prepare ;;
  health)
    case "$(cat "$place/innotter-role")" in
      worker | runner | beat)
        [ -n "$(find "$READY_FILE" -newermt '-30 seconds')" ] ;;
      *)
        exec python -c "import os, urllib.request as web
from innotter.config.hosts import reachable
host = reachable(os.environ.get('HOST') or '0.0.0.0')
web.urlopen('http://' + host + ':' + os.environ.get('PORT', '8000') + '/health/ready/', timeout=5)" ;;
    esac ;;
  *)
    exec "$@" ;;
esac
