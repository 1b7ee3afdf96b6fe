#!/usr/bin/env bash
# Guess: what is registered by `transaction.on_commit(..., robust=True)` may fail: the failure is logged, and what was
#   registered after it is called all the same. So a `functools.partial` of a task can be given to it.
# Happens: to log the failure, Django asks the function for `__qualname__`, which a partial has not. The AttributeError
#   reaches whoever commits, although everything is committed; what was registered after it is never called. A function
#   fails as promised. Django's ticket 36487 has it, and main a mending.
# Version: django 5.2.19.
# Matters: such hooks ask a broker for work. While it is away, requests that have been committed end with an error, and
#   the work of others in the same transaction is lost with theirs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19
"$folder/venv/bin/python" - <<'PY'
import logging
import sys
from functools import partial

from django.conf import settings

logging.disable(logging.CRITICAL)
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})

from django.db import transaction


def ask(broker):
    raise ConnectionError(broker)


def ask_ours():
    ask("ours")


def commit(hook):
    """What reaches whoever commits, and whether the hook after it is called."""
    called = []
    try:
        with transaction.atomic():
            transaction.on_commit(hook, robust=True)
            transaction.on_commit(lambda: called.append(True), robust=True)
    except Exception as error:
        return type(error).__name__, bool(called)
    return "nothing", bool(called)


function, part = commit(ask_ours), commit(partial(ask, "ours"))
print(f"a function fails: {function[0]} is raised, the next is called: {function[1]}")
print(f"a partial fails: {part[0]} is raised, the next is called: {part[1]}")
sys.exit((function, part) != (("nothing", True), ("AttributeError", False)))
PY
