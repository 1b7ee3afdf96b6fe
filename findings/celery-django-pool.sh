#!/usr/bin/env bash
# Guess: a hand of a Celery worker keeps the connections of Django's connection pool from task to task, which is what a
#   pool is for.
# Happens: where hands are processes (prefork, the default), Celery's support for Django closes the whole pool before
#   and after each task, so that each task connects anew. With threads it does not. Setting the old name
#   CELERY_DB_REUSE_MAX to a large number keeps the pool, and leaves giving connections back to whoever set it.
# Version: celery 5.7.0 with Django 5.2.19.
# Matters: on PostgreSQL connecting takes longer than a short task: a site that sweeps each second spends most of its
#   idle time with it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check celery==5.7.0 django==5.2.19
cd "$folder"
mkdir -p counting queue
touch counting/__init__.py
# An engine with a pool that notes when it is closed; below it is SQLite.
cat >counting/base.py <<'PY'
from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self):
        return {name: word for name, word in super().get_connection_params().items() if name != "pool"}

    def close_pool(self):
        with open("closed", "a") as notes:
            notes.write("x")
PY
cat >site_settings.py <<'PY'
SECRET_KEY = "only-for-this"
INSTALLED_APPS = []
DATABASES = {"default": {"ENGINE": "counting", "NAME": "data", "OPTIONS": {"pool": True}}}
PY
cat >work.py <<'PY'
import os

from celery import Celery

os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
app = Celery("work", broker="filesystem://")
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
app.conf.CELERY_DB_REUSE_MAX = int(os.environ.get("REUSE", "0")) or None


@app.task
def ask():
    from django.db import connection

    connection.cursor().execute("SELECT 1")
    with open("done", "a") as notes:
        notes.write("x")
PY
# How often the pool is closed for five tasks, beyond what the worker does at its start.
count() {
  rm -f closed done queue/*
  touch closed done
  "$folder/venv/bin/celery" --quiet -A work worker --pool "$1" --concurrency 1 --loglevel ERROR >log 2>&1 &
  worker=$!
  "$folder/venv/bin/python" - <<'PY'
import time
from pathlib import Path

from work import ask


def wait(count):
    until = time.monotonic() + 60
    while Path("done").stat().st_size < count:
        assert time.monotonic() < until, Path("log").read_text()
        time.sleep(0.1)
    time.sleep(1)


ask.delay()
wait(1)
before = Path("closed").stat().st_size
for _number in range(5):
    ask.delay()
wait(6)
print(Path("closed").stat().st_size - before)
PY
  kill -TERM "$worker"
  wait "$worker" || true
}
processes=$(count prefork)
threads=$(count threads)
kept=$(REUSE=1000000 count prefork)
echo "five tasks: the pool is closed $processes times by a process, $threads by a thread, $kept with CELERY_DB_REUSE_MAX"
[ "$processes" -ge 10 ] && [ "$threads" -eq 0 ] && [ "$kept" -eq 0 ]
