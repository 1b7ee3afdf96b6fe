#!/usr/bin/env bash
# Guess: kombu's parse_url reads every address that kombu's Connection takes.
# Happens: redis+socket:///path?virtual_host=1, the documented way to choose a database on a Unix socket, makes a
#   Connection, while parse_url raises TypeError: it passes virtual_host twice.
# Version: kombu 5.7.0.
# Matters: whoever checks or rewrites a broker's address at the start must not do it with parse_url.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'kombu[redis]==5.7.0'
"$folder/venv/bin/python" - <<'PY'
from kombu import Connection
from kombu.utils.url import parse_url

address = "redis+socket:///run/cache.sock?virtual_host=1"
print("Connection:", Connection(address).as_uri())
try:
    print("parse_url:", parse_url(address))
    raised = ""
except TypeError as error:
    raised = str(error)
    print("parse_url:", "TypeError:", raised)
assert "virtual_host" in raised, "changed"
PY
